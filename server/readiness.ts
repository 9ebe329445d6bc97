// Whether this node can do its work, in words for the operator.
import type { DatabaseTrouble } from './db/troubles.js'
import type { Schedule } from './push/schedule.js'

export type NotReady = DatabaseTrouble | 'draining' | 'event_loop_stuck'

/** However many probes come, the database is asked once in this time. */
const ASK_EVERY_MS = 1_000
/** A database that has not answered by then is busy, whatever it will say. */
const PATIENCE_MS = 2_000

/** Answers with every reason why not; none: ready. What cannot wait is looked at each time, the database once a second. */
export function createReadiness(deps: {
  troubles: () => Promise<readonly DatabaseTrouble[]>
  draining: () => boolean
  /** The event loop is behind: then a slow answer is no news of the database. */
  lagging: () => boolean
  stuck: () => boolean
  schedule: Schedule
  /** Monotonic milliseconds. */
  now: () => number
}): () => Promise<readonly NotReady[]> {
  const { troubles, draining, lagging, stuck, schedule, now } = deps
  let asked: { at: number; answer: Promise<readonly DatabaseTrouble[]> } | null = null
  let asking = false

  function ask(): Promise<readonly DatabaseTrouble[]> {
    asking = true
    return new Promise((resolve) => {
      let cancel = () => {}
      const wait = () => {
        cancel = schedule.after(PATIENCE_MS, () => (lagging() ? wait() : resolve(['database_busy'])))
      }
      wait()
      void troubles().then((found) => {
        asking = false
        cancel()
        resolve(found)
      })
    })
  }

  return async () => {
    // One question at a time: a database that is slow is not asked more often for it.
    if (asked === null || (!asking && now() - asked.at >= ASK_EVERY_MS)) asked = { at: now(), answer: ask() }
    const reasons: NotReady[] = [...(await asked.answer)]
    if (draining()) reasons.unshift('draining')
    if (stuck()) reasons.push('event_loop_stuck')
    return reasons
  }
}
