// How many tickets may wait at once: a flood from many addresses must fill neither the disk nor the tables.
import { METHODS } from '#shared/ticket.js'
import { AppError } from '../errors.js'
import type { Clock, TicketReads } from '../ports.js'
import { pendingMs, SCANNED_MS } from './lifetime.js'

export interface Room {
  /** Takes a place for one more row. @throws AppError `busy` when there is none */
  take(): Promise<void>
}

export const OPEN_TICKETS = 50_000

/** The rows are counted this seldom; in between, what this node adds. */
const COUNT_EVERY_MS = 1_000
/** No open ticket lives longer. Those that were confirmed wait for a day, and the count need not look at them. */
const LONGEST_MS = Math.max(SCANNED_MS, ...METHODS.map(pendingMs))

export function createRoom(deps: {
  readonly tickets: Pick<TicketReads, 'countOpen'>
  readonly clock: Clock
  readonly most: number
}): Room {
  const { tickets, clock, most } = deps
  let counted: Promise<number> | null = null
  let countedAt = 0
  let added = 0

  return {
    async take() {
      const now = clock()
      if (counted === null || now - countedAt >= COUNT_EVERY_MS) {
        countedAt = now
        added = 0
        counted = tickets.countOpen(now, now + LONGEST_MS)
        // Asked again by the next one, rather than failing everybody for a second.
        counted.catch(() => {
          counted = null
        })
      }
      added += 1
      const mine = added
      if ((await counted) + mine > most) {
        added -= 1
        throw new AppError('busy', { details: { why: 'too many tickets are open' } })
      }
    },
  }
}
