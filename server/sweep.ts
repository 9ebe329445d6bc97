// Work that a node does again and again.
import type { Config } from './config.js'
import type { Clock, Log } from './core/ports.js'
import type { DatabaseStore } from './db/store.js'
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

/** One line a sweep, unless there was nothing to forget. @param progress hears of the rows of each batch */
export async function forgetWhatIsOver(
  store: Pick<DatabaseStore, 'purge'>,
  { auditDays }: Pick<Config, 'auditDays'>,
  clock: Clock,
  log: Log,
  progress?: (rows: number) => void,
): Promise<void> {
  const startedAt = clock()
  const purged = await store.purge(startedAt, { auditMs: auditDays * 24 * 3_600_000 }, progress)
  if (Object.values(purged).some((rows) => rows > 0)) log.info('purged', { ...purged, ms: clock() - startedAt })
}
