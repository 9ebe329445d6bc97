// Work that goes on after a request was answered: asking WeChat for a code, following a scan. It ends with the node.
import type { Log } from '../ports.js'

export interface Background {
  /** Aborted when the node begins to end. */
  readonly signal: AbortSignal
  /** Starts `work`, unless work of this name is under way. A failure is logged. */
  run(name: string, work: () => Promise<void>): void
  /** How much is under way. */
  size(): number
  /** Aborts, and resolves once all of it has ended. */
  stop(): Promise<void>
}

/** Nothing under way yet. */
export function createBackground(log: Log): Background {
  const ending = new AbortController()
  const running = new Map<string, Promise<void>>()
  return {
    signal: ending.signal,
    run(name, work) {
      if (running.has(name) || ending.signal.aborted) return
      const done = work()
        .catch((error: unknown) => log.error('background.failed', { error }))
        .finally(() => running.delete(name))
      running.set(name, done)
    },
    size: () => running.size,
    async stop() {
      ending.abort()
      await Promise.all(running.values())
    },
  }
}
