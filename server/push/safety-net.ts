// Reads everything watched again and again, because hints may be lost at any instant, and at once when they are known to have
// been. Sleeps while nothing is watched.
import type { Schedule } from './schedule.js'

export interface SafetyNet {
  /** To be called when something began or ceased to be watched: starts or stops the net as needed. */
  settle(): void
  /** Reads now, if anything is watched; while it is being read, once more after that. */
  now(): void
}

/** The next reading begins `interval()` ms after the last one ended, so that a slow store is not asked twice at once. */
export function createSafetyNet(deps: {
  schedule: Schedule
  interval: () => number
  needed: () => boolean
  /** Never rejects. */
  read: () => Promise<void>
}): SafetyNet {
  let reading = false
  let again = false
  let cancel: (() => void) | null = null

  async function run(): Promise<void> {
    cancel = null
    reading = true
    do {
      again = false
      await deps.read()
    } while (again)
    reading = false
    settle()
  }

  function settle(): void {
    if (!deps.needed()) {
      cancel?.()
      cancel = null
    } else if (cancel === null && !reading) {
      cancel = deps.schedule.after(deps.interval(), () => void run())
    }
  }

  function now(): void {
    if (reading) again = true
    else if (deps.needed()) {
      cancel?.()
      void run()
    }
  }

  return { settle, now }
}
