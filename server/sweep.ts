// Work that a node does again and again.
import type { Log } from './core/ports.js'
import type { Schedule } from './push/schedule.js'

/** Repeats `work`, each time `ms` after it was done; a failure is logged and tried again next time. */
export function every(schedule: Schedule, ms: number, work: () => Promise<unknown>, log: Log): () => void {
  let cancel = () => {}
  let stopped = false
  const next = () => {
    if (stopped) return
    cancel = schedule.after(ms, () => {
      work()
        .catch((error: unknown) => log.error('sweep.failed', { error }))
        .finally(next)
    })
  }
  next()
  return () => {
    stopped = true
    cancel()
  }
}
