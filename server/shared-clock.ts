// What time it is, for nodes that share a database: where a node's own clock is more than a second off the database's, it goes
// by the database's, so that what one node says will end ends at the others at the same moment.
import type { Clock, Log } from './core/ports.js'

/** Less than this is how clocks are. */
const TOLERANCE_MS = 1_000

export interface SharedClock {
  readonly clock: Clock
  /** Asks what time it is; null: nobody else has a clock. @throws whatever `ask` throws, and keeps what was known */
  learn(ask: () => Promise<number | null>): Promise<void>
}

/**
 * The node's own clock, until it has learnt better.
 * @param given one that is right, whatever anybody says: a test's
 */
export function createSharedClock(given: Clock | undefined, own: Clock, log: Log): SharedClock {
  if (given) return { clock: given, learn: async () => {} }
  let offMs = 0
  return {
    clock: () => own() + offMs,
    async learn(ask) {
      const before = own()
      const told = await ask()
      if (told === null) return
      // The answer was true at some moment in between: where either was slow, that leaves room, and room is no reason to jump.
      const [most, least] = [told - before, told - own()]
      const fits = (ms: number) => ms >= least - TOLERANCE_MS && ms <= most + TOLERANCE_MS
      if (fits(offMs)) return
      const needed = fits(0) ? 0 : Math.round((least + most) / 2)
      log.warn('clock.off', { delayMs: needed })
      offMs = needed
    },
  }
}
