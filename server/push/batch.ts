// Collects ids over one turn of the event loop and reads them together: a thousand hints cost one query.
import type { Schedule } from './schedule.js'

export interface Batch {
  add(id: string): void
}

/**
 * @param read gets every id added since its last start, each once. It never runs twice at a time: what is added
 *   meanwhile waits for its end. Its rejections are its own business.
 */
export function createBatch(schedule: Schedule, read: (ids: readonly string[]) => Promise<void>): Batch {
  const waiting = new Set<string>()
  let busy = false

  async function run(): Promise<void> {
    const ids = [...waiting]
    waiting.clear()
    await read(ids).catch(() => {})
    busy = false
    start()
  }

  function start(): void {
    if (busy || waiting.size === 0) return
    busy = true
    schedule.soon(() => void run())
  }

  return {
    add(id) {
      waiting.add(id)
      start()
    },
  }
}
