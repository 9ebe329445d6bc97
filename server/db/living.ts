// Which sessions live, as SQL: one condition for every statement that asks.
import type { SessionLimits } from '#server/core/session/session.js'
import type { Bind } from './sql.js'

export interface Living {
  readonly limits: SessionLimits
  /** True of the rows that live; binds $now, $seenAfter and $begunAfter. */
  readonly where: string
  /** The values of those binds. */
  at(now: number): Bind
}

/** What is stored as a session's end was reckoned by the limits of its last use; these are today's. */
export function createLiving(limits: SessionLimits): Living {
  return {
    limits,
    where: 'ended_at IS NULL AND expires_at > $now AND last_seen_at > $seenAfter AND created_at > $begunAfter',
    at: (now) => ({ now, seenAfter: now - limits.idleMs, begunAfter: now - limits.absoluteMs }),
  }
}
