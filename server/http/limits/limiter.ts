// The counters behind the rate limits. They stand in memory, each node's own; redis-limiter.ts has those that nodes share.
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { createCrowd, type Key } from './crowd.js'
import { BURST_SECONDS, RULES, type Rule, type RuleName } from './table.js'

export interface Limiter {
  /** Takes one. @returns 0 when there was one left, else milliseconds until there is. Never rejects. */
  take(rule: RuleName, key: Key): Promise<number>
  /** As `take`, taking nothing. */
  look(rule: RuleName, key: Key): Promise<number>
}

/** Keys counted one by one, for each rule; beyond them strangers are counted by their surroundings. */
export const MOST_KEYS = 20_000

/** So many points in so many seconds, under a name of their own. */
export interface Counter {
  readonly keyPrefix: string
  readonly points: number
  readonly duration: number
}

/** @param factor multiplies every number of the table */
export function createMemoryLimiter(factor: number, most = MOST_KEYS): Limiter {
  return createLimiter(factor, most, (counter) => new RateLimiterMemory(counter))
}

/** @param open makes the counters. What they throw, `take` and `look` reject with. */
export function createLimiter(factor: number, most: number, open: (counter: Counter) => RateLimiterAbstract): Limiter {
  const buckets = new Map(
    (Object.keys(RULES) as RuleName[]).map((name) => [name, createBucket(name, RULES[name], factor, most, open)]),
  )
  const bucket = (name: RuleName): Bucket => buckets.get(name) as Bucket
  return {
    take: (name, key) => bucket(name).take(key),
    look: (name, key) => bucket(name).look(key),
  }
}

type Bucket = ReturnType<typeof createBucket>

function createBucket(
  name: RuleName,
  rule: Rule,
  factor: number,
  most: number,
  open: (counter: Counter) => RateLimiterAbstract,
) {
  const points = (number: number) => Math.max(1, Math.round(number * factor))
  const steady = open({ keyPrefix: `${name}:minute`, points: points(rule.perMinute), duration: 60 })
  const burst = open({ keyPrefix: `${name}:burst`, points: points(rule.burst), duration: BURST_SECONDS })
  const crowd = createCrowd(most)

  return {
    async take(key: Key): Promise<number> {
      const counted = crowd.counted(key)
      if (counted === null) return 0
      const waitMs = await consume(steady, counted)
      return waitMs === 0 ? 0 : Math.min(waitMs, await consume(burst, counted))
    },
    async look(key: Key): Promise<number> {
      const counted = crowd.counted(key)
      if (counted === null) return 0
      const [used, extra] = await Promise.all([steady.get(counted), burst.get(counted)])
      const waits = [used, extra].map((found) => (found && found.remainingPoints <= 0 ? waitOf(found) : 0))
      return Math.min(...waits)
    },
  }
}

async function consume(counter: RateLimiterAbstract, id: string): Promise<number> {
  try {
    waitOf(await counter.consume(id))
    return 0
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return waitOf(refusal)
    throw refusal
  }
}

/** Milliseconds until it is full again. @throws Error when a counter that others keep has answered what no counter says */
function waitOf({ consumedPoints, msBeforeNext }: RateLimiterRes): number {
  const sense = Number.isSafeInteger(consumedPoints) && Number.isFinite(msBeforeNext)
  if (!sense || msBeforeNext > BURST_SECONDS * 1_000) throw new Error('The counter made no sense.')
  return Math.max(1, msBeforeNext)
}
