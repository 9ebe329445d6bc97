// The counters behind the rate limits. They stand in memory, each node's own; counters that nodes share can take their
// place behind the same port.
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { createCrowd, type Key } from './crowd.js'
import { BURST_SECONDS, RULES, type Rule, type RuleName } from './table.js'

export interface Limiter {
  /** Takes one. @returns 0 when there was one left, else milliseconds until there is. Never rejects. */
  take(rule: RuleName, key: Key): Promise<number>
  /** As `take`, taking nothing. */
  look(rule: RuleName, key: Key): Promise<number>
}

/**
 * @param factor multiplies every number of the table
 * @param most keys counted one by one, for each rule; beyond them strangers are counted by their surroundings
 */
export function createMemoryLimiter(factor: number, most = 20_000): Limiter {
  const buckets = new Map(
    (Object.keys(RULES) as RuleName[]).map((name) => [name, createBucket(name, RULES[name], factor, most)]),
  )
  const bucket = (name: RuleName): Bucket => buckets.get(name) as Bucket
  return {
    take: (name, key) => bucket(name).take(key),
    look: (name, key) => bucket(name).look(key),
  }
}

type Bucket = ReturnType<typeof createBucket>

function createBucket(name: RuleName, rule: Rule, factor: number, most: number) {
  const points = (number: number) => Math.max(1, Math.round(number * factor))
  const steady = new RateLimiterMemory({ keyPrefix: name, points: points(rule.perMinute), duration: 60 })
  const burst = new RateLimiterMemory({ keyPrefix: name, points: points(rule.burst), duration: BURST_SECONDS })
  const both = new BurstyRateLimiter(steady, burst)
  const crowd = createCrowd(most)

  return {
    async take(key: Key): Promise<number> {
      const counted = crowd.counted(key)
      if (counted === null) return 0
      try {
        await both.consume(counted)
        return 0
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext)
        throw refusal
      }
    },
    async look(key: Key): Promise<number> {
      const counted = crowd.counted(key)
      if (counted === null) return 0
      const [used, extra] = await Promise.all([steady.get(counted), burst.get(counted)])
      const empty = (used?.remainingPoints ?? 1) <= 0 && (extra?.remainingPoints ?? 1) <= 0
      return empty ? Math.max(1, Math.min(used?.msBeforeNext ?? 1, extra?.msBeforeNext ?? 1)) : 0
    },
  }
}
