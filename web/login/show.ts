// From an answer of the server to what the page shows.
import type { TicketBegun } from '#shared/ticket.js'
import type { Shown } from './state.js'

/** `now` is the page's monotonic clock when the answer came. */
export function show(begun: TicketBegun, attempt: string, now: number): Shown {
  const span = Math.max(0, begun.ticket.expiresAt - begun.ticket.serverTime)
  return { ...begun, attempt, span, deadline: now + span }
}
