// The long form of test/flow/brown-out.test.ts: chance has its say, and WeChat fails in other ways too.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startWorld, type World } from '../world.js'
import { blackOut, breakerStates, brownOut, login, logins, recovery } from './brown-out.js'
import { told } from './told.js'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

describe('a brown-out', () => {
  test('30 % of calls answered -1 and the others after 1.5 s: 99 % of 600 logins succeed', async () => {
    await brownOut(world)
    const done = await logins(world, 600, 10)
    const failed = done.filter(({ outcome }) => outcome !== 'confirmed')
    told(
      'brown-out',
      { logins: done.length, failed: failed.length },
      done.map(({ ms }) => ms),
    )
    expect(failed.length).toBeLessThanOrEqual(6)
    expect(breakerStates(world)).toEqual([])
  }, 600_000)

  test('all calls take 1.5 s, 30 % of them for a -1: 5 s have room for three, and nobody waits longer than for two calls', async () => {
    await brownOut(world, true)
    const done = await logins(world, 200, 10)
    const failed = done.filter(({ outcome }) => outcome !== 'confirmed')
    told(
      'slow brown-out',
      { logins: done.length, failed: failed.length },
      done.map(({ ms }) => ms),
    )
    // Three tries for each of two calls: 1 - (1 - 0.3³)² = 5.3 % are to be expected, and six times their deviation.
    expect(failed.length).toBeLessThanOrEqual(200 * 0.053 + 6 * 3.2)
    for (const { ms } of done) expect(ms).toBeLessThan(11_000)
  }, 600_000)
})

describe.each([
  ['silence', { kind: 'hang' }],
  ['a broken connection', { kind: 'reset' }],
  ['status 502', { kind: 'status', status: 502 }],
  ['HTML', { kind: 'html' }],
] as const)('a black-out by %s', (_name, fault) => {
  test('the breaker opens within 20 calls, people hear within 1 s, and get in within 10 s of the return', async () => {
    await blackOut(world, fault)
    const before = await world.wechat.upstream()
    await logins(world, 20, 20)
    expect((await world.wechat.upstream()) - before).toBeLessThanOrEqual(20)
    expect(breakerStates(world)).toEqual(['open'])
    const person = await world.wechat.newPerson()
    for (let turn = 0; turn < 5; turn += 1) {
      const { outcome, ms } = await login(world, person)
      expect([outcome, ms < 1_000]).toEqual(['platform_unreachable', true])
    }
    const ms = await recovery(world)
    told(`back after ${fault.kind}`, { ms: Math.round(ms) })
    expect(ms).toBeLessThan(10_000)
  }, 120_000)
})
