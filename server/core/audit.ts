// Words for the audit trail: who acts, and what comes in numbers.
import type { EndReason } from '#shared/admin.js'
import type { Device, Tx, Who } from './ports.js'

export const WECHAT: Who = { actor: 'wechat', name: null, device: null }

/** An operator by their name in the operating system, if that is known. */
export function operator(name: string | null): Who {
  return { actor: 'operator', name, device: null }
}

export const AN_OPERATOR = operator(null)

export function person(device: Device): Who {
  return { actor: 'person', name: null, device }
}

/** Records the end of sessions, each by itself. @returns their ids */
export async function noteEnded(
  tx: Pick<Tx, 'audit'>,
  ids: string[],
  end: { readonly accountId: string; readonly at: number; readonly who: Who; readonly reason: EndReason },
): Promise<string[]> {
  for (const subject of ids) await tx.audit.append({ act: 'session_ended', ...end, subject })
  return ids
}
