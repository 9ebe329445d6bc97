// The bus of a single process: a hint reaches every listener before `publish` returns.
import type { Bus, Hint, Log } from '#server/core/ports.js'

/** A listener that throws is logged and keeps nobody else from hearing. */
export function createLocalBus(log: Log): Bus {
  const listeners = new Set<(hint: Hint) => void>()
  return {
    publish(hint) {
      for (const listener of listeners) {
        try {
          listener(hint)
        } catch (error) {
          log.error('bus.listener_failed', { topic: hint.topic, error: String(error) })
        }
      }
    },
    subscribe(listener) {
      // A wrapper of its own, so that two subscriptions of one function end separately.
      const own = (hint: Hint): void => listener(hint)
      listeners.add(own)
      return () => {
        listeners.delete(own)
      }
    },
  }
}
