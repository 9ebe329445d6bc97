// Counters that all nodes share. They are a courtesy: while Redis is gone, slow or talks nonsense each node counts by itself,
// and no request waits for it longer than a blink.
import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { Key } from './crowd.js'
import { createLimiter, createMemoryLimiter, type Limiter, MOST_KEYS } from './limiter.js'
import type { RuleName } from './table.js'

/** Milliseconds that one request gives Redis for one rule. */
const PATIENCE_MS = 250
/** After it has failed it is left alone for so long; then one request asks it again. */
const REST_MS = 1_000

/**
 * @param deps `client`: ioredis's, which refuses at once what it cannot send
 * @param deps `prefix`: of every key, so that services that share a Redis count apart
 * @param deps `hide`: makes of an address or a secret's hash what may stand in Redis
 */
export function createRedisLimiter(deps: {
  factor: number
  client: object
  prefix: string
  hide: (id: string) => string
  after: (ms: number, work: () => void) => () => void
  /** Monotonic milliseconds. */
  now: () => number
}): Limiter {
  const { factor, client, prefix, hide, after, now } = deps
  const local = createMemoryLimiter(factor)
  const shared = createLimiter(factor, MOST_KEYS, (counter) => {
    const keyPrefix = `${prefix}:${counter.keyPrefix}`
    return new RateLimiterRedis({ ...counter, keyPrefix, storeClient: client, rejectIfRedisNotReady: true })
  })
  /** Redis is not asked before; null: it is well. */
  let restsUntil: number | null = null

  async function ask(act: 'take' | 'look', rule: RuleName, key: Key): Promise<number> {
    if (restsUntil !== null && now() < restsUntil) return local[act](rule, key)
    // Whoever comes while this one looks whether Redis is back does not wait with it.
    if (restsUntil !== null) restsUntil = now() + REST_MS
    try {
      const hidden = { id: hide(key.id), around: key.around && hide(key.around) }
      const waitMs = await patiently(shared[act](rule, hidden), after)
      restsUntil = null
      return waitMs
    } catch {
      restsUntil = now() + REST_MS
      return local[act](rule, key)
    }
  }

  return { take: (rule, key) => ask('take', rule, key), look: (rule, key) => ask('look', rule, key) }
}

function patiently<T>(answer: Promise<T>, after: (ms: number, work: () => void) => () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = after(PATIENCE_MS, () => reject(new Error('Redis is slow.')))
    answer.then(resolve, reject).finally(cancel)
  })
}
