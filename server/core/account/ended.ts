// What ends with a change to an account: sessions, and logins that were confirmed for it and not yet collected.
import type { Reason } from '#shared/ticket.js'
import type { Bus, TicketRecord, Tx } from '../ports.js'

export interface Ended {
  /** `ses_…` */
  readonly sessions: readonly string[]
  readonly tickets: readonly TicketRecord[]
}

export const NOTHING_ENDED: Ended = { sessions: [], tickets: [] }

/** Tells the pages that wait or are open. Only after the commit. */
export function announceEnded(bus: Bus, { sessions, tickets }: Ended): void {
  for (const id of sessions) bus.publish({ topic: 'session', id })
  for (const { id, version } of tickets) bus.publish({ topic: 'ticket', id, version })
}

/** Ends what these accounts, which are held, have confirmed and no browser has collected. */
export async function endConfirmed(tx: Tx, accountIds: readonly string[], reason: Reason): Promise<TicketRecord[]> {
  const patch = { status: 'failed', reason } as const
  const ended: TicketRecord[] = []
  for (const { id } of await tx.tickets.ofAccounts(accountIds)) {
    const moved = await tx.tickets.move(id, { status: ['confirmed'] }, patch)
    if (moved) ended.push(moved)
  }
  return ended
}
