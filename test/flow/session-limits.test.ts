// A setting that was changed: it counts for sessions that live already, of browsers and of apps.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SessionLimits } from '#server/core/session/session.js'
import type { OwnSessions } from '#shared/api.js'
import { logInByApp } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let world: World
let sessionLimits: SessionLimits = { idleMs: 7 * DAY, absoluteMs: 30 * DAY }
beforeAll(async () => {
  world = await startWorld({ config: (config) => ({ ...config, sessionLimits }) })
})
afterAll(() => world.close())

async function restartWith(limits: SessionLimits): Promise<void> {
  sessionLimits = limits
  await world.restart()
}

test('a shorter idle time ends at once what was idle for longer, and shows the nearer end of the rest', async () => {
  await restartWith({ idleMs: 7 * DAY, absoluteMs: 30 * DAY })
  const person = await world.wechat.newPerson()
  const idle = [await world.signedIn('website', person), await logInByApp(world, person)] as const
  world.advance(2 * DAY)
  const fresh = await world.signedIn('relay', person)
  await restartWith({ idleMs: DAY, absoluteMs: 30 * DAY })
  expect((await idle[0].pc.session()).status).toBe(401)
  expect((await idle[1].get('/api/session')).status).toBe(401)
  const { session } = await fresh.pc.me()
  expect(session.expiresAt).toBe(session.lastSeenAt + DAY)
  expect((await fresh.pc.browser.get('/api/sessions')).json<OwnSessions>().sessions).toHaveLength(1)
})

test('a shorter absolute time ends what was begun before it, however busy, and its open page is told', async () => {
  await restartWith({ idleMs: 7 * DAY, absoluteMs: 30 * DAY })
  const person = await world.wechat.newPerson()
  const { pc } = await world.signedIn('website', person)
  world.advance(3 * DAY)
  expect((await pc.session()).status).toBe(200)
  await restartWith({ idleMs: DAY, absoluteMs: 3 * DAY + HOUR })
  const live = await pc.socket()
  live.send({ type: 'session' })
  expect((await pc.session()).status).toBe(200)
  world.advance(HOUR)
  expect((await pc.session()).status).toBe(401)
  expect(await live.next()).toEqual({ type: 'session.ended', reason: 'ended' })
  live.close()
})

test('a new login gets the limits of today, in its cookie too; and who is there every ten minutes is not idle', async () => {
  await restartWith({ idleMs: 15 * MINUTE, absoluteMs: 2 * HOUR })
  const { pc, id } = await world.confirmed('website', await world.wechat.newPerson())
  const [cookie = ''] = (await pc.redeem(id)).cookies
  const expires = Date.parse(/expires=([^;]+)/.exec(cookie)?.[1] ?? '')
  // Cookies go by the browser's clock.
  expect(Math.abs(expires - Date.now() - 2 * HOUR)).toBeLessThan(MINUTE)
  for (let minutes = 10; minutes < 120; minutes += 10) {
    world.advance(10 * MINUTE)
    expect((await pc.session()).status).toBe(200)
  }
  world.advance(10 * MINUTE)
  expect((await pc.session()).status).toBe(401)
})

test('a longer setting lets a session live on from its next use', async () => {
  await restartWith({ idleMs: DAY, absoluteMs: 30 * DAY })
  const { pc } = await world.signedIn('website', await world.wechat.newPerson())
  world.advance(HOUR)
  await restartWith({ idleMs: 7 * DAY, absoluteMs: 30 * DAY })
  await pc.session()
  world.advance(6 * DAY)
  expect((await pc.session()).status).toBe(200)
})
