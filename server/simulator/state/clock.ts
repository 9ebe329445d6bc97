// The simulator's time: a base that runs by itself, and an offset that a test moves to make things expire at once.

export interface MovableClock {
  /** Epoch milliseconds. */
  now(): number
  /** Moves time forward by `ms` (≥ 0) and tells everybody who waits for time to pass. */
  advance(ms: number): void
  /** Calls back after each move. Returns the function that unsubscribes. */
  onMove(listener: () => void): () => void
}

/** A clock that shows `base()` plus everything it was advanced by. */
export function createMovableClock(base: () => number): MovableClock {
  const listeners = new Set<() => void>()
  let offset = 0
  return {
    now: () => base() + offset,
    advance(ms) {
      offset += ms
      for (const listener of [...listeners]) listener()
    },
    onMove(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
