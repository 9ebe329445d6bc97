// The two connections of one node to Redis: one that sends, one that listens. Redis may vanish, stall or talk nonsense at any
// instant: nothing here waits for it, and nothing is kept for it. ioredis is an optional package, loaded when a REDIS_URL asks.
import { isIP } from 'node:net'
import type { Redis, RedisOptions } from 'ioredis'
import type { Log } from '../core/ports.js'
import { type Load, loadPackage } from '../db/server-pool.js'
import type { HintChannel } from '../push/redis-bus.js'
import type { Schedule } from '../push/schedule.js'
import { describeRedis, redisAddress } from './address.js'

export interface RedisLink {
  /** The connection that sends. A command on it is refused at once while it is down, and fails within a second. */
  readonly client: Redis
  readonly channel: HintChannel
  /** True while hints go out and come in. */
  up(): boolean
  /** Resolves once it is up, at the latest after so many milliseconds. */
  ready(withinMs: number): Promise<void>
  close(): void
}

/** Milliseconds. */
const CONNECT_MS = 1_000
/** A connection that was asked something and has said nothing for so long is dead. */
const SILENCE_MS = 1_000
const PING_EVERY_MS = 1_000
const RETRY_MS = { first: 50, most: 1_000 } as const
const BYE_MS = 200

/** Begins to connect, and goes on trying for ever. @throws Error when ioredis is missing */
export async function openRedis(deps: {
  url: string
  /** The one channel of this service. */
  channel: string
  log: Log
  schedule: Schedule
  /** A number in [0, 1): spreads the returns of many nodes. */
  random: () => number
  load?: Load
}): Promise<RedisLink> {
  const { url, channel, log, schedule, random, load } = deps
  const { Redis } = await loadPackage<{ Redis: new (options: RedisOptions) => Redis }>('ioredis', load).catch(
    (error: unknown) => {
      throw new Error(`Cannot open ${describeRedis(url)}: ${error instanceof Error ? error.message : String(error)}`)
    },
  )
  const options = optionsFor(url, random)
  const client = new Redis({ ...options, connectionName: 'saoma' })
  const subscriber = new Redis({ ...options, connectionName: 'saoma-hints' })
  let subscribed = false
  let listener: Parameters<HintChannel['listen']>[0] | null = null
  const state = createState(describeRedis(url), log)
  const waiting = new Set<() => void>()
  const up = () => subscribed && client.status === 'ready'

  function look(): void {
    state.is(up())
    if (up()) for (const wake of waiting) wake()
  }

  subscriber.on('ready', () => {
    subscriber.subscribe(channel).then(
      () => {
        subscribed = true
        look()
        listener?.opened()
      },
      (error: unknown) => {
        state.because(error)
        subscriber.disconnect(true)
      },
    )
  })
  subscriber.on('close', () => {
    subscribed = false
  })
  subscriber.on('messageBuffer', (_channel: Buffer, message: Buffer) => listener?.heard(message))
  client.on('ready', look)
  for (const connection of [client, subscriber]) {
    connection.on('error', state.because)
    connection.on('close', look)
  }

  // Whoever only listens, or has nothing to send, would not notice that the other end is gone.
  let stopPings = schedule.after(PING_EVERY_MS, ping)
  function ping(): void {
    for (const connection of [client, subscriber]) {
      if (connection.status === 'ready') connection.ping().catch(() => {})
    }
    stopPings = schedule.after(PING_EVERY_MS, ping)
  }

  return {
    client,
    channel: {
      send(text) {
        if (client.status !== 'ready') return false
        client.publish(channel, text).catch(state.because)
        return true
      },
      listen(to) {
        listener = to
        if (subscribed) to.opened()
      },
    },
    up,
    ready(withinMs) {
      return new Promise((resolve) => {
        const wake = () => {
          cancel()
          waiting.delete(wake)
          resolve()
        }
        const cancel = schedule.after(withinMs, wake)
        waiting.add(wake)
        if (up()) wake()
      })
    },
    close() {
      state.over()
      stopPings()
      listener = null
      subscriber.disconnect()
      // What was said last, such as a poll that was handed over, still goes out, if Redis takes it.
      const cancel = schedule.after(BYE_MS, () => client.disconnect())
      client.quit().then(cancel, () => {
        cancel()
        client.disconnect()
      })
    },
  }
}

function optionsFor(url: string, random: () => number): RedisOptions {
  const { host, port, user, password, database, tls } = redisAddress(url)
  return {
    host,
    port,
    db: database,
    ...(user === null ? {} : { username: user }),
    ...(password === null ? {} : { password }),
    ...(tls ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    commandTimeout: SILENCE_MS,
    keepAlive: 10_000,
    // Nothing waits for a Redis that is not there, and nothing is said to it twice.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    disableClientInfo: true,
    retryStrategy: (times) => {
      const most = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** times)
      return RETRY_MS.first + Math.floor(random() * (most - RETRY_MS.first))
    },
  }
}

/** Tells the log once when Redis goes and once when it comes, and of its errors nothing but their kind. */
function createState(host: string, log: Log) {
  let known: boolean | null = null
  let why: string | null = null
  let ended = false
  const is = (up: boolean): void => {
    if (ended || known === up) return
    if (up) log.info('redis.found', { host })
    // Before the first connection stands or has failed, nothing is known.
    else if (known === true || why !== null) log.warn('redis.lost', { host, why: why ?? 'closed' })
    else return
    known = up
    why = null
  }
  return {
    is,
    because(error: unknown): void {
      why = kindOf(error)
      if (known === null) is(false)
    },
    over(): void {
      ended = true
    },
  }
}

/** ECONNREFUSED, WRONGPASS and the like: a code, or the word that Redis begins an error with. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code.slice(0, 40)
  return /^[A-Z]{3,20}\b/.exec(error.message)?.[0] ?? (/time/i.test(error.message) ? 'silent' : error.name.slice(0, 40))
}
