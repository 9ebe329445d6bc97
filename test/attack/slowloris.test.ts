// Slowloris: connections that are held open with as little as possible. All are gone within 15 s, and meanwhile everybody
// else is served.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from '../world.js'
import { openSockets } from './raw.js'
import { SLOWNESSES, slowClients } from './slow.js'

const GONE_WITHIN_MS = 15_000
const EACH = 100
let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

test(`${EACH} each of ${SLOWNESSES.join(', ')} are gone within 15 s, and others log in meanwhile`, async () => {
  const slow = await slowClients(world, EACH)
  let served = 0
  let over = false
  const others = (async () => {
    while (!over) {
      const done = await world.signedIn('website', await world.wechat.newPerson())
      expect((await done.pc.session()).status).toBe(200)
      served += 1
      await sleep(100)
    }
  })()
  const longest = new Map<string, number>()
  for (const { slowness, gone } of slow) longest.set(slowness, Math.max(longest.get(slowness) ?? 0, await gone))
  over = true
  await others
  for (const slowness of SLOWNESSES) expect([slowness, longest.get(slowness)]).toEqual([slowness, expect.any(Number)])
  for (const [slowness, ms] of longest) expect(ms, slowness).toBeLessThanOrEqual(GONE_WITHIN_MS)
  expect(served).toBeGreaterThan(20)
  expect(await openSockets(world)).toBe(0)
}, 60_000)
