// Asking again until there is an answer worth having.
import { backoff } from './backoff.js'
import { type Answer, type Failure, mayRetry } from './http.js'
import type { OnWake, Timers } from './world.js'

/**
 * Calls `ask` until it answers, fails for good, or has failed `tries` times; then `done` gets the last answer. Whoever is to
 * wait for longer than a retry does hears so at once, unless the tries have no end. With `onWake`, a pause of our own choice
 * ends when the visitor or the network comes back.
 * `failed` hears of each failure that is followed by another try. Returns what stops it: nothing is called after that.
 */
export function askUntil<T>(
  timers: Timers,
  ask: (signal: AbortSignal) => Promise<Answer<T>>,
  on: { done: (answer: Answer<T>) => void; failed?: (code: Failure) => void },
  tries = 3,
  onWake: OnWake = () => () => {},
): () => void {
  const abort = new AbortController()
  let cancel = (): void => {}
  let resting = false
  let failures = 0

  async function attempt(): Promise<void> {
    resting = false
    const answer = await ask(abort.signal)
    if (abort.signal.aborted) return
    failures += 1
    const waitMs = answer.ok ? 0 : (answer.waitMs ?? 0)
    const told = waitMs > 0 && tries < Number.POSITIVE_INFINITY
    if (answer.ok || !mayRetry(answer.code) || failures >= tries || told) {
      sleepOn()
      on.done(answer)
      return
    }
    on.failed?.(answer.code)
    resting = waitMs === 0
    cancel = timers.after(Math.max(waitMs, backoff(failures - 1, timers.random)), () => void attempt())
  }

  const sleepOn = onWake(() => {
    if (!resting) return
    cancel()
    void attempt()
  })
  void attempt()
  return () => {
    abort.abort()
    cancel()
    sleepOn()
  }
}
