// Timers as an argument, so that tests own the time and a closed socket can be shown to leave none behind.

export interface Schedule {
  /** Runs `work` once, `ms` from now, unless the returned function is called before. */
  after(ms: number, work: () => void): () => void
  /** Runs `work` at the end of this turn of the event loop. */
  soon(work: () => void): void
}

/** The process's own timers. */
export const systemSchedule: Schedule = {
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
  soon(work) {
    setImmediate(work)
  },
}
