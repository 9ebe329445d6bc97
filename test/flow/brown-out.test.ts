// WeChat is slow, answers -1, or is gone altogether: most get in, nobody waits for nothing, and its return is noticed. The
// long form is in test/soak.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blackOut, breakerStates, brownOut, login, logins, recovery } from '../soak/brown-out.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

test('a brown-out, 30 % of calls answered -1 and the others after 1.5 s: 99 % of the logins succeed', async () => {
  await brownOut(world)
  const done = await logins(world, 100, 20)
  expect(done.filter(({ outcome }) => outcome !== 'confirmed').length).toBeLessThanOrEqual(1)
  expect(breakerStates(world)).toEqual([])
}, 60_000)

test('a black-out: after 20 calls WeChat is left alone, people hear the reason within 1 s, and 10 s after its return they get in', async () => {
  await blackOut(world)
  const before = await world.wechat.upstream()
  const person = await world.wechat.newPerson()
  while (!breakerStates(world).includes('open')) {
    expect((await login(world, person)).outcome).toBe('platform_unreachable')
  }
  expect((await world.wechat.upstream()) - before).toBeLessThanOrEqual(20)

  for (let turn = 0; turn < 5; turn += 1) {
    const { outcome, ms } = await login(world, person)
    expect(outcome).toBe('platform_unreachable')
    expect(ms).toBeLessThan(1_000)
  }
  expect((await world.wechat.upstream()) - before).toBeLessThanOrEqual(20)

  expect(await recovery(world)).toBeLessThan(10_000)
  expect(breakerStates(world)).toEqual(['open', 'half_open', 'closed'])
}, 60_000)
