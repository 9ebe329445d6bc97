// When the event loop falls behind, new logins are turned away so that those under way come to their end. A decision
// without a clock of its own.

export interface Shedding {
  /** One look at the loop: how late it was on average since the last look. Both in milliseconds, `now` monotonic. */
  observe(delay: number, now: number): void
  /** New logins are turned away. */
  shedding(): boolean
  /** It has been so for so long that the node is of no use. */
  stuck(): boolean
}

/** Milliseconds. It ends once every look in `calmFor` has found less than `calmBelow`. */
export const SHEDDING = { above: 200, calmBelow: 100, calmFor: 2_000, stuckAfter: 10_000 } as const

/** @param changed told when it begins and when it ends, with the delay that was seen */
export function createShedding(changed: (shedding: boolean, delay: number) => void = () => {}): Shedding {
  let since: number | null = null
  let calmSince: number | null = null
  let seenAt = 0

  return {
    observe(delay, now) {
      seenAt = now
      if (since === null) {
        if (delay <= SHEDDING.above) return
        since = now
        calmSince = null
        changed(true, delay)
        return
      }
      if (delay >= SHEDDING.calmBelow) {
        calmSince = null
        return
      }
      calmSince ??= now
      if (now - calmSince < SHEDDING.calmFor) return
      since = null
      changed(false, delay)
    },
    shedding: () => since !== null,
    // A loop that is calming down is not stuck.
    stuck: () => since !== null && calmSince === null && seenAt - since >= SHEDDING.stuckAfter,
  }
}
