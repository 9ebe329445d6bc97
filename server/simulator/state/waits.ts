// Everything that makes a request wait: held polls and injected delays. All of it ends when the simulator closes.

export interface Waits {
  /**
   * Resolves after `ms` (null: never by time), when `subscribe`'s callback is called, or when `endAll` is.
   * `subscribe` returns the function that unsubscribes.
   */
  wait(ms: number | null, subscribe?: (wake: () => void) => () => void): Promise<void>
  /** Ends every wait, and all that are begun later at once. */
  endAll(): void
}

/** No waits yet. Timers are real: only what is compared with the movable clock can be hurried. */
export function createWaits(): Waits {
  const pending = new Set<() => void>()
  let over = false
  return {
    wait: (ms, subscribe) =>
      new Promise((resolve) => {
        if (over) return resolve()
        const wake = () => {
          if (!pending.delete(wake)) return
          clearTimeout(timer)
          unsubscribe?.()
          resolve()
        }
        pending.add(wake)
        const timer = ms === null ? undefined : setTimeout(wake, ms)
        const unsubscribe = subscribe?.(wake)
      }),
    endAll() {
      over = true
      for (const wake of [...pending]) wake()
    },
  }
}
