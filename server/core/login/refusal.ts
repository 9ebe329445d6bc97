// Refusals, for the audit trail: somebody said no, or was not let in. What merely went wrong stands in the log alone.
import type { Reason } from '#shared/ticket.js'
import { person } from '../audit.js'
import type { TicketRecord, Tx } from '../ports.js'
import type { LoginContext } from './context.js'

const REFUSALS: ReadonlySet<Reason> = new Set([
  'refused_on_phone',
  'refused_by_wechat',
  'snapshot_user',
  'match_number_wrong',
])

/** Records a refusal of this ticket, from the machine that was to be signed in. Reasons that are none are passed over. */
export async function noteRefusal(
  { clock }: Pick<LoginContext, 'clock'>,
  tx: Tx,
  { method, appKey, device, proof }: TicketRecord,
  reason: Reason,
): Promise<void> {
  if (!REFUSALS.has(reason)) return
  const identity = proof && (await tx.identities.find(proof.appid, proof.openid))
  const accountId = identity?.accountId ?? null
  await tx.audit.append({ at: clock(), act: 'refused', who: person(device), accountId, method, appKey, reason })
}
