// Counters in a Redis of the test's own: shared by nodes while it answers, each node's own while it does not.
import type { Redis } from 'ioredis'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import type { Limiter } from '#server/http/limits/limiter.js'
import { createRedisLimiter } from '#server/http/limits/redis-limiter.js'
import { RULES } from '#server/http/limits/table.js'
import { systemSchedule } from '#server/push/schedule.js'
import { openRedis } from '#server/redis/link.js'
import { describeWithRedis, startRedis, type TestRedis } from '../../world/redis-server.js'

const SILENT = { info() {}, warn() {}, error() {} }
const MOST = RULES.create.perMinute + RULES.create.burst
const key = (id: string) => ({ id, around: null })

let redis: TestRedis
afterEach(() => redis.close())

function limiterOn(client: object): Limiter {
  return createRedisLimiter({
    ...{
      factor: 1,
      client,
      prefix: 'saoma:of-this-test:limit',
      hide: (id: string) => `hidden-${id.length}-${id.at(-1)}`,
    },
    ...{ after: systemSchedule.after, now: () => performance.now() },
  })
}

async function node(): Promise<{ limiter: Limiter; client: Redis; up(): boolean }> {
  const link = await openRedis({
    ...{ url: redis.url, channel: 'saoma:of-this-test:hints', log: SILENT },
    ...{ schedule: systemSchedule, random: Math.random },
  })
  onTestFinished(() => link.close())
  await link.ready(2_000)
  return { limiter: limiterOn(link.client), client: link.client, up: link.up }
}

async function take(limiters: readonly Limiter[], times: number, id = 'a') {
  let passed = 0
  let longest = 0
  for (let n = 0; n < times; n += 1) {
    const started = performance.now()
    if ((await limiters[n % limiters.length]?.take('create', key(id))) === 0) passed += 1
    longest = Math.max(longest, performance.now() - started)
  }
  return { passed, longest }
}

describeWithRedis('limits that nodes share', () => {
  test('two nodes let through together what the table says for one, and say how long to wait', async () => {
    redis = await startRedis()
    const [one, other] = [await node(), await node()]
    expect((await take([one.limiter, other.limiter], 200)).passed).toBe(MOST)
    for (const { limiter } of [one, other]) {
      const waitMs = await limiter.look('create', key('a'))
      expect(waitMs).toBeGreaterThan(0)
      expect(waitMs).toBeLessThanOrEqual(60_000)
    }
    expect((await take([one.limiter, other.limiter], 10, 'bb')).passed).toBe(10)
    for (let n = 0; n < 100; n += 1) expect(await one.limiter.look('create', key('ccc'))).toBe(0)
  })

  test('what stands in Redis ends by itself, and tells no address', async () => {
    redis = await startRedis()
    const { limiter } = await node()
    await take([limiter], MOST + 5, '203.0.113/24')
    const stranger = redis.stranger()
    const keys = await stranger.keys('*')
    expect(keys).toHaveLength(2)
    for (const name of keys) {
      expect(name).toMatch(/^saoma:of-this-test:limit:create:(minute|burst):hidden-/)
      expect(name).not.toContain('203.0.113')
      expect(await stranger.pttl(name)).toBeGreaterThan(0)
    }
  })

  test('gone: each node counts by itself at once; back: together again within two seconds', async () => {
    redis = await startRedis()
    const [one, other] = [await node(), await node()]
    await redis.kill()
    const away = await take([one.limiter, other.limiter], 400)
    expect(away.passed).toBe(2 * MOST)
    expect(away.longest).toBeLessThan(1_000)
    await redis.start()
    await expect.poll(() => one.up() && other.up()).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect((await take([one.limiter, other.limiter], 200)).passed).toBe(MOST)
  }, 20_000)

  test('held: nobody waits longer than a blink, and but one in a second waits at all', async () => {
    redis = await startRedis()
    const { limiter } = await node()
    redis.hold()
    const started = performance.now()
    const waits: number[] = []
    while (performance.now() - started < 3_000) {
      const asked = performance.now()
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          await limiter.take('read', key('a'))
          waits.push(performance.now() - asked)
        }),
      )
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(Math.max(...waits)).toBeLessThan(1_000)
    // The first ten came together, before anybody knew.
    expect(waits.filter((ms) => ms > 150).length).toBeLessThanOrEqual(10 + 4)
    redis.letGo()
  }, 20_000)

  test('emptied, its scripts too: it counts from the beginning, and nobody is refused or fails for it', async () => {
    redis = await startRedis()
    const { limiter, up } = await node()
    expect((await take([limiter], MOST + 10)).passed).toBe(MOST)
    await redis.flush()
    expect((await take([limiter], MOST + 10)).passed).toBe(MOST)
    expect(up()).toBe(true)
  })

  test.each([
    ['nothing', null],
    ['words', ['many', 'soon']],
    ['no numbers', [Number.NaN, Number.NaN]],
    ['a list too short', []],
    ['an end in a thousand years', [1, 3e13]],
    ['an end as text', [1_000, '50']],
    ['an object', { points: 1 }],
  ])('attack: counters answered with %s are not believed, and the flood is limited all the same', async (_, answer) => {
    redis = await startRedis()
    const hostile = { status: 'ready', defineCommand() {}, rlflxIncr: async () => answer }
    expect((await take([limiterOn(hostile)], 200)).passed).toBe(MOST)
  })

  test('attack: a counter that somebody has set to text in Redis falls back, too', async () => {
    redis = await startRedis()
    const { limiter } = await node()
    await take([limiter], 1)
    const stranger = redis.stranger()
    const [name] = await stranger.keys('*minute*')
    await stranger.set(name ?? '', 'not a number', 'KEEPTTL')
    expect((await take([limiter], 200)).passed).toBe(MOST)
  })
})
