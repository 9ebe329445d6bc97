// When one of WeChat's hosts is plainly not well, it is left alone for a while and callers hear so at once, instead of one
// after the other after five seconds. A state machine without a clock of its own.

export type BreakerState = 'closed' | 'open' | 'half_open'

/** How a request ended. `fault`: WeChat is not well. `well`: it answered in its own words. `unclear`: neither is known. */
export type Verdict = 'well' | 'fault' | 'unclear'

/** Leave for one request. To be settled exactly once, whatever happens. */
export interface Passage {
  /** True while everybody else waits for what comes of this one. */
  readonly probe: boolean
  settle(verdict: Verdict): void
}

export interface Breaker {
  /** Null: not now. */
  enter(): Passage | null
  state(): BreakerState
}

/** Faults in a row, or faults and share of what ended in `windowMs`, that open it; how long it then stays open. */
export const BREAKER = {
  inARow: 20,
  faults: 30,
  share: 0.5,
  windowMs: 10_000,
  openMs: 5_000,
} as const

/**
 * Closed at first. @param now monotonic milliseconds
 * @param changed told of each new state. Half open is entered by the first request that comes after `openMs`: it is the
 *   probe, and what comes of it decides.
 */
export function createBreaker(
  now: () => number,
  changed: (state: BreakerState) => void,
  limits: Readonly<Record<keyof typeof BREAKER, number>> = BREAKER,
): Breaker {
  let state: BreakerState = 'closed'
  let openedAt = 0
  let probing = false
  /** Counts the states there have been: what was begun in an earlier one says nothing about this one. */
  let era = 0
  let row = 0
  let recent = createWindow(limits.windowMs)

  function become(next: BreakerState): void {
    const news = next !== state
    state = next
    era += 1
    row = 0
    recent = createWindow(limits.windowMs)
    probing = false
    if (next === 'open') openedAt = now()
    if (news) changed(next)
  }

  function count(fault: boolean): void {
    const at = now()
    row = fault ? row + 1 : 0
    const { faults, all } = recent.add(at, fault)
    const often = faults >= limits.faults && faults >= all * limits.share
    if (row >= limits.inARow || often) become('open')
  }

  return {
    state: () => state,
    enter() {
      if (state === 'open' && now() - openedAt >= limits.openMs) become('half_open')
      if (state === 'open' || (state === 'half_open' && probing)) return null
      const probe = state === 'half_open'
      probing = probe
      const mine = era
      return {
        probe,
        settle(verdict) {
          if (mine !== era) return
          if (!probe) {
            if (verdict !== 'unclear') count(verdict === 'fault')
          } else if (verdict === 'unclear') probing = false
          else become(verdict === 'fault' ? 'open' : 'closed')
        },
      }
    },
  }
}

/** Counts what ended within `windowMs`, at a cost that does not grow with how much that is. */
function createWindow(windowMs: number) {
  let ended: { at: number; fault: boolean }[] = []
  /** Those before it are out of the window. */
  let first = 0
  let faults = 0
  return {
    add(at: number, fault: boolean): { faults: number; all: number } {
      ended.push({ at, fault })
      if (fault) faults += 1
      for (let one = ended[first]; one !== undefined && one.at <= at - windowMs; one = ended[first]) {
        if (one.fault) faults -= 1
        first += 1
      }
      if (first > ended.length / 2) {
        ended = ended.slice(first)
        first = 0
      }
      return { faults, all: ended.length - first }
    },
  }
}
