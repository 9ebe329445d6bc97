import { describe, expect, test } from 'vitest'
import { serverToken } from './scene.js'
import { postJson, renewToken, stableToken } from './server-api.js'
import { startSimulator, type TestSimulator } from './world.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const GRANT = { grant_type: 'client_credential' }
const TOKEN = /^[\w-]{130,200}$/

/** What a call that needs a token says about this one; undefined: it is good. */
async function verdict(sim: TestSimulator, token: string | undefined): Promise<number | undefined> {
  const query = token === undefined ? '' : `&access_token=${encodeURIComponent(token)}`
  const { errcode } = await (await sim.get(`/cgi-bin/ticket/getticket?type=jsapi${query}`)).json()
  return errcode === 0 ? undefined : errcode
}

describe('/cgi-bin/token', () => {
  test('answers a new token each time, for two hours, in a content type of its own', async () => {
    const sim = await startSimulator()
    const { appid, secret } = await sim.app('mp')
    const answer = await sim.get(`/cgi-bin/token?${new URLSearchParams({ ...GRANT, appid, secret })}`)
    expect(answer.headers.get('content-type')).toBe('application/json; encoding=utf-8')
    const first = await answer.json()
    expect(first).toEqual({ access_token: expect.stringMatching(TOKEN), expires_in: 7200 })
    expect((await renewToken(sim)).access_token).not.toBe(first.access_token)
  })

  test('whoever renews it evicts the other process, five minutes later', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    const { access_token: first } = await renewToken(sim)
    const { access_token: second } = await renewToken(sim)
    await sim.advance(5 * MINUTE - 1)
    expect([await verdict(sim, first), await verdict(sim, second)]).toEqual([undefined, undefined])
    await sim.advance(1)
    expect([await verdict(sim, first), await verdict(sim, second)]).toEqual([40001, undefined])
  })

  test('a third one does not give the first another five minutes', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    const { access_token: first } = await renewToken(sim)
    await renewToken(sim)
    await sim.advance(4 * MINUTE)
    await renewToken(sim)
    await sim.advance(MINUTE)
    expect(await verdict(sim, first)).toBe(40001)
  })

  test('the last one ends by itself, and is called expired', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    const { access_token } = await renewToken(sim)
    await sim.advance(7_200_000 - 1)
    expect(await verdict(sim, access_token)).toBeUndefined()
    await sim.advance(1)
    expect(await verdict(sim, access_token)).toBe(42001)
  })

  test('is each app’s own', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    const { access_token } = await renewToken(sim, 'mp')
    await renewToken(sim, 'mp2')
    await sim.advance(10 * MINUTE)
    expect(await verdict(sim, access_token)).toBeUndefined()
  })
})

describe('/cgi-bin/stable_token', () => {
  test('answers the same token with what is left of it, until five minutes before its end', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    const first = await stableToken(sim)
    expect(first).toEqual({ access_token: expect.stringMatching(TOKEN), expires_in: 7200 })
    await sim.advance(100 * MINUTE)
    expect(await stableToken(sim)).toEqual({ ...first, expires_in: 1200 })
    await sim.advance(15 * MINUTE - 1)
    expect(await stableToken(sim)).toEqual({ ...first, expires_in: 300 })
    await sim.advance(1)
    const next = await stableToken(sim)
    expect(next.access_token).not.toBe(first.access_token)
    expect(next.expires_in).toBe(7200)

    expect([await verdict(sim, first.access_token), await verdict(sim, next.access_token)]).toEqual([
      undefined,
      undefined,
    ])
    await sim.advance(5 * MINUTE)
    expect([await verdict(sim, first.access_token), await verdict(sim, next.access_token)]).toEqual([42001, undefined])
  })

  test('and /cgi-bin/token know nothing of each other', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    const { access_token: stable } = await stableToken(sim)
    const { access_token: old } = await renewToken(sim)
    await renewToken(sim)
    await sim.advance(5 * MINUTE)
    expect([await verdict(sim, old), await verdict(sim, stable)]).toEqual([40001, undefined])
    expect((await stableToken(sim)).access_token).toBe(stable)
  })

  test('force_refresh ends the present one at once, and not the one of /cgi-bin/token', async () => {
    const sim = await startSimulator()
    const { access_token: other } = await renewToken(sim)
    const { access_token: first } = await stableToken(sim)
    const { access_token: second } = await stableToken(sim, 'mp', { force_refresh: true })
    expect([await verdict(sim, first), await verdict(sim, second)]).toEqual([40001, undefined])
    expect((await stableToken(sim)).access_token).toBe(second)
    expect(await verdict(sim, other)).toBeUndefined()
  })

  test('force_refresh comes thirty seconds apart at most, and a refused one ends nothing', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    const { access_token } = await stableToken(sim, 'mp', { force_refresh: true })
    await sim.advance(29_999)
    expect(await stableToken(sim, 'mp', { force_refresh: true })).toMatchObject({ errcode: 45011 })
    expect(await verdict(sim, access_token)).toBeUndefined()
    await sim.advance(1)
    expect(await stableToken(sim, 'mp', { force_refresh: true })).toMatchObject({ expires_in: 7200 })
  })

  test('force_refresh comes twenty times a day at most, for each app', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    for (let time = 0; time < 20; time += 1) {
      expect(await stableToken(sim, 'mp', { force_refresh: true })).toHaveProperty('access_token')
      await sim.advance(MINUTE)
    }
    expect(await stableToken(sim, 'mp', { force_refresh: true })).toMatchObject({ errcode: 45009 })
    expect(await stableToken(sim)).toHaveProperty('access_token')
    expect(await stableToken(sim, 'mp2', { force_refresh: true })).toHaveProperty('access_token')
    await sim.advance(DAY - 20 * MINUTE)
    expect(await stableToken(sim, 'mp', { force_refresh: true })).toHaveProperty('access_token')
  })

  test.each([['true'], [1], [null]])('force_refresh %j is not true', async (force_refresh) => {
    const sim = await startSimulator()
    const { access_token } = await stableToken(sim)
    expect((await stableToken(sim, 'mp', { force_refresh })).access_token).toBe(access_token)
  })

  test('takes JSON only: a form’s appid is missing', async () => {
    const sim = await startSimulator()
    const { appid, secret } = await sim.app('mp')
    const form = await sim.post('/cgi-bin/stable_token', { ...GRANT, appid, secret })
    expect((await form.json()).errcode).toBe(41002)
    const query = await postJson(sim, `/cgi-bin/stable_token?appid=${appid}&secret=${secret}`, GRANT)
    expect((await query.json()).errcode).toBe(41002)
    expect((await (await postJson(sim, '/cgi-bin/stable_token', '')).json()).errcode).toBe(44002)
    for (const body of ['{"appid":', '[]', 'null', '7']) {
      expect((await (await postJson(sim, '/cgi-bin/stable_token', body)).json()).errcode, body).toBe(47001)
    }
  })
})

const CALLS = {
  '/cgi-bin/token': (sim: TestSimulator, given: Record<string, string>) =>
    sim.get(`/cgi-bin/token?${new URLSearchParams(given)}`),
  '/cgi-bin/stable_token': (sim: TestSimulator, given: Record<string, string>) =>
    postJson(sim, '/cgi-bin/stable_token', given),
}

describe.each(Object.entries(CALLS))('the checks of %s', (path, ask) => {
  const asked = async (sim: TestSimulator, given: Record<string, string>) => (await ask(sim, given)).json()

  test('come in a fixed order', async () => {
    const sim = await startSimulator()
    const { appid, secret } = await sim.app('mp')
    await sim.ordered('apps', { key: 'mp', ipWhitelist: [] })
    await sim.fault({ path, kind: 'errcode', errcode: 45009 })
    const given: Record<string, string> = {}
    const errcodes: number[] = []
    const steps: Record<string, string>[] = [
      {},
      { appid: 'wx0000000000000000' },
      { secret: 'x' },
      GRANT,
      { appid },
      { secret },
    ]
    for (const step of steps) errcodes.push((await asked(sim, Object.assign(given, step))).errcode)
    await sim.ordered('apps', { key: 'mp', ipWhitelist: null })
    errcodes.push((await asked(sim, given)).errcode)
    expect(errcodes).toEqual([41002, 41004, 40002, 40013, 40125, 40164, 45009])
    expect(await asked(sim, given)).toHaveProperty('access_token')
  })

  test('name the address that is not in the list, and let it in once it is', async () => {
    const sim = await startSimulator({ clock: () => 1_760_000_000_000 })
    const given = { ...GRANT, appid: (await sim.app('mp')).appid, secret: (await sim.app('mp')).secret }
    const text =
      /^invalid ip 127\.0\.0\.1 ipv6 ::ffff:127\.0\.0\.1, not in whitelist rid: 68e77800-[0-9a-f]{8}-[0-9a-f]{8}$/
    const refused = { errcode: 40164, errmsg: expect.stringMatching(text) }
    await sim.ordered('apps', { key: 'mp', ipWhitelist: ['10.0.0.7'] })
    expect(await asked(sim, given)).toEqual(refused)
    await sim.ordered('apps', { key: 'mp', ipWhitelist: ['10.0.0.7', '127.0.0.1'] })
    expect(await asked(sim, given)).toHaveProperty('access_token')
    await sim.fault({ path, kind: 'errcode', errcode: 40164 })
    expect(await asked(sim, given)).toEqual(refused)
  })

  test('refuse the other method', async () => {
    const sim = await startSimulator()
    const wrong = await (path === '/cgi-bin/token' ? sim.post(path, GRANT) : sim.get(path))
    expect(wrong.headers.get('content-type')).toBe('application/json; encoding=utf-8')
    expect(await wrong.json()).toMatchObject({ errcode: path === '/cgi-bin/token' ? 43001 : 43002 })
  })
})

test.each<[unknown, string]>([
  ['127.0.0.1', 'must be a list of strings'],
  [['localhost'], '"localhost" is not an IP address'],
  [['10.0.0.0/8'], '"10.0.0.0/8" is not an IP address'],
  [[7], 'must be a list of strings'],
])('a list of addresses that would match nobody is refused with a reason: %j', async (ipWhitelist, reason) => {
  const sim = await startSimulator()
  const answer = await sim.control('apps', { key: 'mp', ipWhitelist })
  expect(answer.status).toBe(400)
  expect((await answer.json()).error).toContain(reason)
  expect(await renewToken(sim)).toHaveProperty('access_token')
})

describe('a call that needs a token', () => {
  test('is refused with none, with what cannot be one, and with one that never was', async () => {
    const sim = await startSimulator()
    expect(await verdict(sim, undefined)).toBe(41001)
    expect(await verdict(sim, '')).toBe(41001)
    expect(await verdict(sim, 'x')).toBe(40014)
    expect(await verdict(sim, 'x'.repeat(158))).toBe(40001)
    expect(await verdict(sim, `${await serverToken(sim)}x`)).toBe(40001)
  })

  test('token confusion: a person’s access token is none of a server’s', async () => {
    const sim = await startSimulator()
    expect(await verdict(sim, (await sim.login('mp', 'alice')).access_token)).toBe(40001)
    const { openids } = await sim.person('alice')
    const params = { access_token: await serverToken(sim), openid: openids.mp ?? '' }
    expect(await sim.sns('userinfo', params)).toMatchObject({ errcode: 40001 })
  })
})
