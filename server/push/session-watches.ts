// The sessions whose pages want to know when they end. As with tickets, a hint only says where to look.
import type { Log } from '#server/core/ports.js'
import { createBatch } from './batch.js'
import type { LiveBackend } from './live-ports.js'
import type { Schedule } from './schedule.js'
import { createWatchIndex, portions } from './watch-index.js'

/** `ended`: it was living when the watch began. `signed_out`: there was none. */
export type SessionEnd = 'ended' | 'signed_out'

export interface SessionWatches<V> {
  /** Tells once, when the visitor's session is gone. Returns the function that ends the watch. */
  watch(visitor: V, gone: (reason: SessionEnd) => void): () => void
  hint(id: string): void
  /** Reads everything watched, and looks up what could not be looked up yet. Never rejects. */
  readAll(): Promise<void>
  size(): number
}

interface Watch {
  gone(reason: SessionEnd): void
  leave(): void
}

export function createSessionWatches<V>(deps: {
  backend: LiveBackend<V>
  schedule: Schedule
  log: Log
}): SessionWatches<V> {
  const { backend, schedule, log } = deps
  const watches = createWatchIndex<Watch>()
  /** Watches whose session is not known yet, with the way to ask again once that has failed. */
  const unknown = new Map<Watch, (() => Promise<void>) | null>()
  const batch = createBatch(schedule, (ids) => read(ids.filter(watches.has)))

  async function read(ids: readonly string[]): Promise<void> {
    try {
      for (const portion of portions(ids)) {
        const alive = new Set(await backend.sessionsAlive(portion))
        for (const id of portion) if (!alive.has(id)) for (const watch of watches.of(id)) finish(watch, 'ended')
      }
    } catch (error) {
      log.warn('live.read_failed', { error: String(error) })
    }
  }

  function finish(watch: Watch, reason: SessionEnd): void {
    watch.leave()
    watch.gone(reason)
  }

  return {
    watch(visitor, gone) {
      const watch: Watch = { gone, leave: () => unknown.delete(watch) }

      async function lookUp(): Promise<void> {
        unknown.set(watch, null)
        try {
          const id = await backend.session(visitor)
          if (!unknown.delete(watch)) return
          if (id === null) finish(watch, 'signed_out')
          else {
            watches.add(id, watch)
            watch.leave = () => watches.remove(id, watch)
          }
        } catch (error) {
          if (unknown.has(watch)) unknown.set(watch, lookUp)
          log.warn('live.session_failed', { error: String(error) })
        }
      }
      void lookUp()
      return () => watch.leave()
    },
    hint(id) {
      if (watches.has(id)) batch.add(id)
    },
    async readAll() {
      for (const again of [...unknown.values()]) void again?.()
      await read(watches.ids())
    },
    size: () => watches.size() + unknown.size,
  }
}
