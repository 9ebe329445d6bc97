// How far the event loop is behind, by Node's own measure.
import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface LoopMonitor {
  /** Milliseconds that timers were late on average since the last call. */
  delay(): number
  stop(): void
}

const RESOLUTION_MS = 20

/** Begins to measure. */
export function watchEventLoop(): LoopMonitor {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  return {
    delay() {
      // The mean, so that one long pause among many short ones is not taken for a load.
      const late = histogram.count === 0 ? 0 : histogram.mean / 1e6 - RESOLUTION_MS
      histogram.reset()
      return Math.max(0, late)
    },
    stop: () => void histogram.disable(),
  }
}

/** Never late: for nodes that share their loop with others. */
export const UNWATCHED: LoopMonitor = { delay: () => 0, stop() {} }
