import { describe, expect, test } from 'vitest'
import { createCrowd } from '#server/http/limits/crowd.js'
import { createMemoryLimiter } from '#server/http/limits/limiter.js'
import { RULES } from '#server/http/limits/table.js'

const key = (id: string, around: string | null = null) => ({ id, around })

/** How many of `tries` were let through. */
async function passed(limiter: ReturnType<typeof createMemoryLimiter>, tries: number, by = key('a')): Promise<number> {
  const waits = await Promise.all(Array.from({ length: tries }, () => limiter.take('create', by)))
  return waits.filter((ms) => ms === 0).length
}

describe('a bucket', () => {
  test('lets through what is told in the table, burst included, and says how long to wait for more', async () => {
    const limiter = createMemoryLimiter(1)
    const { perMinute, burst } = RULES.create
    expect(await passed(limiter, 200)).toBe(perMinute + burst)
    const wait = await limiter.take('create', key('a'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60_000)
    expect(await passed(limiter, 1, key('b'))).toBe(1)
    expect(await limiter.take('attach', key('a'))).toBe(0)
  })

  test('holds so many times more as the factor says, and never less than one', async () => {
    const most = RULES.create.perMinute + RULES.create.burst
    expect(await passed(createMemoryLimiter(5), 1_000)).toBe(5 * most)
    expect(await passed(createMemoryLimiter(0.1), 1_000)).toBe(most / 10)
    const tiny = createMemoryLimiter(0.001)
    expect(await passed(tiny, 10)).toBe(2)
  })

  test('looking takes nothing', async () => {
    const limiter = createMemoryLimiter(1)
    for (let look = 0; look < 100; look += 1) expect(await limiter.look('create', key('a'))).toBe(0)
    expect(await passed(limiter, 100)).toBe(40)
    expect(await limiter.look('create', key('a'))).toBeGreaterThan(0)
  })
})

describe('millions of keys', () => {
  test('beyond a number of them, strangers of one neighbourhood are counted together, and known ones as before', async () => {
    const limiter = createMemoryLimiter(1, 100)
    for (let n = 0; n < 100; n += 1) await limiter.take('create', key(`own ${n}`, 'around'))
    const late = Array.from({ length: 500 }, (_, n) => limiter.take('create', key(`late ${n}`, 'around')))
    expect((await Promise.all(late)).filter((ms) => ms === 0)).toHaveLength(40)
    expect(await limiter.take('create', key('own 7', 'around'))).toBe(0)
    expect(await limiter.take('create', key('somewhere else', 'another neighbourhood'))).toBe(0)
  })

  test('of neighbourhoods there are no more either, and what has none is left to another counter', () => {
    const crowd = createCrowd(10, () => 0)
    const counted = new Set<string | null>()
    for (let n = 0; n < 10_000; n += 1) counted.add(crowd.counted(key(`${n}`, `around ${n}`)))
    expect(counted.size).toBe(21)
    expect(crowd.counted(key('cookie'))).toBeNull()
  })

  test('those who came before are forgotten after two turns, and not while their counter stands', () => {
    let now = 0
    const crowd = createCrowd(2, () => now)
    expect([crowd.counted(key('a')), crowd.counted(key('b')), crowd.counted(key('c'))]).toEqual(['a', 'b', null])
    now = 60_000
    expect(crowd.counted(key('c'))).toBeNull()
    now = 61_500
    expect([crowd.counted(key('a')), crowd.counted(key('c'))]).toEqual(['a', null])
    now = 123_000
    expect([crowd.counted(key('c')), crowd.counted(key('b'))]).toEqual(['c', null])
    now = 400_000
    expect(crowd.counted(key('b'))).toBe('b')
  })
})
