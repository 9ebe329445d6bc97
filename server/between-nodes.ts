// What the nodes of one service have in common beside the database: hints of what has changed, and the counters of the rate
// limits. Over Redis where REDIS_URL names one; else a node is alone, or finds what others did by reading again.
import { createHash } from 'node:crypto'
import type { Config } from './config.js'
import type { Keyring } from './core/keyring.js'
import type { Bus, Log, Random } from './core/ports.js'
import { serverAddress } from './db/address.js'
import { createMemoryLimiter, type Limiter } from './http/limits/limiter.js'
import { createRedisLimiter } from './http/limits/redis-limiter.js'
import type { Metrics } from './metrics.js'
import { createLocalBus } from './push/local-bus.js'
import { createRedisBus } from './push/redis-bus.js'
import type { Schedule } from './push/schedule.js'
import { openRedis } from './redis/link.js'

export interface BetweenNodes {
  readonly bus: Bus
  /** Null: nothing is limited. */
  readonly limiter: Limiter | null
  /** What is not as it should be, though this node does its work without it. */
  warnings(): readonly 'redis_unreachable'[]
  close(): void
}

/** A start waits no longer for Redis than this. */
const FIRST_MS = 1_000

/** @throws Error when the client of Redis is not installed; never because Redis is not there */
export async function joinNodes(deps: {
  config: Config
  keyring: Keyring
  log: Log
  metrics: Metrics
  schedule: Schedule
  random: Random
}): Promise<BetweenNodes> {
  const { config, keyring, log, metrics, schedule, random } = deps
  const { redisUrl, rateLimits } = config
  const local = createLocalBus(log)
  if (redisUrl === null) {
    const limiter = rateLimits === null ? null : createMemoryLimiter(rateLimits)
    return { bus: local, limiter, warnings: () => [], close() {} }
  }

  const prefix = serviceName(config)
  const redis = await openRedis({ url: redisUrl, channel: `${prefix}:hints`, log, schedule, random: Math.random })
  metrics.gauge('saoma_redis', '1 while hints go to other nodes and come from them.', () => Number(redis.up()))
  const bus = createRedisBus({
    local,
    channel: redis.channel,
    node: random(12).toString('base64url'),
    meter: metrics,
  })
  await redis.ready(FIRST_MS)
  return {
    bus,
    limiter:
      rateLimits === null
        ? null
        : createRedisLimiter({
            factor: rateLimits,
            client: redis.client,
            prefix: `${prefix}:limit`,
            hide: (id) => keyring.mac('limit', Buffer.from(id)).toString('base64url', 0, 18),
            after: schedule.after,
            now: () => performance.now(),
          }),
    warnings: () => (redis.up() ? [] : ['redis_unreachable']),
    close: redis.close,
  }
}

/** What all nodes of one service agree on, and other services on the same Redis do not: site and database. */
function serviceName({ publicUrl, databaseUrl }: Config): string {
  const { database } = serverAddress(databaseUrl)
  const digest = createHash('sha256')
    .update(JSON.stringify([publicUrl, database]))
    .digest('base64url')
  return `saoma:${digest.slice(0, 16)}`
}
