// The calls of apps: a mobile app and a mini program bring WeChat's code and get a bearer session of the same account.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AppLoggedIn, SignedIn } from '#shared/api.js'
import { createBrowser } from '../world/browser.js'
import { rows } from '../world/database.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const ATTEMPT = 'an-attempt-of-the-app-0001'
const PATHS = { app: '/api/login/mobile', mini: '/api/login/mini-program' } as const
const EXCHANGE = { app: '/sns/oauth2/access_token', mini: '/sns/jscode2session' } as const
type Door = keyof typeof PATHS
const DOORS = ['app', 'mini'] as const

/** An app sends no Origin and keeps no cookies. */
function call(path: string, json: unknown, headers: Record<string, string> = {}) {
  const body = JSON.stringify(json)
  const own = { 'content-type': 'application/json', ...headers }
  return createBrowser(world).request(`${world.connectTo}${path}`, { method: 'POST', body, headers: own })
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const login = (door: Door, code: string, more: Record<string, unknown> = {}) =>
  call(PATHS[door], { app: door, code, ...more })
const exchanges = async (door: Door) => (await world.wechat.calls()).byPath[EXCHANGE[door]] ?? 0
const sessions = async () => (await rows(world.file, 'SELECT id FROM sessions')).length

describe.each(DOORS)('%s', (door) => {
  test('a code becomes a bearer session, which is no cookie’s', async () => {
    const person = await world.wechat.newPerson()
    const answer = await login(door, await world.wechat.code(door, person))
    expect(answer.status).toBe(200)
    expect(answer.cookies).toEqual([])
    const { account, token, expiresAt } = answer.json<AppLoggedIn>()
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(expiresAt).toBeGreaterThan(world.now())
    const me = await createBrowser(world).get('/api/session', bearer(token))
    expect(me.json<SignedIn>()).toMatchObject({ account: { id: account.id } })
    expect(me.json<SignedIn>().session.method).toBe(door === 'app' ? 'mobile' : 'mini-program')
    expect(JSON.stringify(await rows(world.file, 'SELECT * FROM sessions'))).not.toContain(token)
  })

  test('promise 4: the same request twice reaches WeChat once and gets the same session', async () => {
    const code = await world.wechat.code(door, await world.wechat.newPerson())
    const [asked, had] = [await exchanges(door), await sessions()]
    const answers = await Promise.all(Array.from({ length: 8 }, () => login(door, code, { attempt: ATTEMPT })))
    for (const answer of answers) expect(answer.json()).toEqual(answers[0]?.json())
    expect(answers[0]?.status).toBe(200)
    expect((await exchanges(door)) - asked).toBe(1)
    expect((await sessions()) - had).toBe(1)
  })

  test('code theft: a code that was used is worth nothing to whoever does not hold its attempt', async () => {
    const code = await world.wechat.code(door, await world.wechat.newPerson())
    expect((await login(door, code, { attempt: ATTEMPT })).status).toBe(200)
    const asked = await exchanges(door)
    expect(await login(door, code, { attempt: 'an-attempt-of-the-thief-1' })).toMatchObject({ code: 'code_used' })
    expect(await login(door, code)).toMatchObject({ status: 409, code: 'code_used' })
    expect(await exchanges(door)).toBe(asked)
  })

  test('code theft: without an attempt a code counts once, also for whoever sends the very same request', async () => {
    const code = await world.wechat.code(door, await world.wechat.newPerson())
    const answers = await Promise.all([login(door, code), login(door, code)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(await login(door, code)).toMatchObject({ status: 409, code: 'code_used' })
  })

  test('a minute later even the same attempt is too late', async () => {
    const code = await world.wechat.code(door, await world.wechat.newPerson())
    await login(door, code, { attempt: ATTEMPT })
    world.advance(61_000)
    expect(await login(door, code, { attempt: ATTEMPT })).toMatchObject({ code: 'code_used' })
  })

  test.each([
    [40029, 400, 'code_rejected'],
    [40163, 400, 'code_rejected'],
    [40226, 403, 'refused_by_wechat'],
    [45011, 503, 'platform_busy'],
    [40125, 500, 'misconfigured'],
  ])(
    'WeChat’s %i is answered %i %s, again too, without a second exchange and without an account',
    async (errcode, status, code) => {
      const given = await world.wechat.code(door, await world.wechat.newPerson())
      const before = (await rows(world.file, 'SELECT id FROM accounts')).length
      await world.wechat.fault({ path: EXCHANGE[door], kind: 'errcode', errcode, times: 1 })
      const asked = await exchanges(door)
      for (let time = 0; time < 2; time += 1) expect(await login(door, given)).toMatchObject({ status, code })
      expect((await exchanges(door)) - asked).toBe(1)
      expect((await rows(world.file, 'SELECT id FROM accounts')).length).toBe(before)
      await world.wechat.clearFaults()
    },
  )

  test('WeChat’s -1 is asked again, but the same request is not: it gets the first one’s outcome', async () => {
    const given = await world.wechat.code(door, await world.wechat.newPerson())
    await world.wechat.fault({ path: EXCHANGE[door], kind: 'errcode', errcode: -1, times: 20 })
    expect(await login(door, given)).toMatchObject({ status: 502, code: 'platform_unreachable' })
    await world.wechat.clearFaults()
    const asked = await exchanges(door)
    expect(await login(door, given)).toMatchObject({ status: 502, code: 'platform_unreachable' })
    expect(await exchanges(door)).toBe(asked)
  })

  test('login CSRF: a page in a browser cannot make this call', async () => {
    const code = await world.wechat.code(door, await world.wechat.newPerson())
    const asked = await exchanges(door)
    for (const origin of ['https://evil.example', 'null', world.publicUrl]) {
      expect(await call(PATHS[door], { app: door, code }, { origin })).toMatchObject({
        status: 403,
        code: 'native_only',
      })
    }
    expect(await exchanges(door)).toBe(asked)
  })

  test('an app of another kind, or none, is unknown', async () => {
    for (const app of ['pc', 'mp', door === 'app' ? 'mini' : 'app', 'nobody']) {
      expect(await call(PATHS[door], { app, code: 'x' })).toMatchObject({ status: 404, code: 'app_unknown' })
    }
  })
})

test('a person who comes by the PC, the app and the mini program is one account', async () => {
  const person = await world.wechat.newPerson()
  const { redeemed } = await world.signedIn('website', person)
  for (const door of DOORS) {
    const answer = await login(door, await world.wechat.code(door, person))
    expect(answer.json<AppLoggedIn>().account.id).toBe(redeemed.account.id)
  }
  expect(await rows(world.file, `SELECT * FROM identities WHERE account_id = '${redeemed.account.id}'`)).toHaveLength(3)
})

test('the session key of a mini program goes nowhere: not into an answer, the database or the log', async () => {
  await login('mini', await world.wechat.code('mini', await world.wechat.newPerson()))
  expect(world.log.join('')).not.toMatch(/session_key/)
  for (const table of ['sessions', 'identities', 'callbacks', 'vault']) {
    expect(JSON.stringify(await rows(world.file, `SELECT * FROM ${table}`))).not.toMatch(/session_key|==/)
  }
})
