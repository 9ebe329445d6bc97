import { describe, expect, test } from 'vitest'
import { startSite } from './site.js'
import { pageData, startSimulator } from './world.js'

const ALICE = { cookie: 'sim_person=alice' }
const ACCOUNT = { id: 'acc_1', nickname: '', avatarUrl: 'http://127.0.0.1:3001/mmopen/vi_32/alice/132' }
const LOGGED_IN = JSON.stringify({ account: ACCOUNT, token: 'bearer-of-alice', expiresAt: 1_760_000_000_000 })

/** A site for apps, and a phone that belongs to `person`. */
async function startBoth(person = 'alice') {
  const site = await startSite()
  const sim = await startSimulator({ siteOrigins: [site.origin], pushTimeoutMs: 60 })
  const logIn = async (body: Record<string, unknown>) => {
    const answer = await fetch(`${sim.url}/sim/phone/login`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', cookie: `sim_person=${person}` },
    })
    return { status: answer.status, text: await answer.text() }
  }
  return { site, sim, logIn }
}

describe('a login in an app', () => {
  test.each([
    ['app', '/api/login/mobile'],
    ['mini', '/api/login/mini-program'],
  ])('%s brings a code of its person to the site, as no browser would', async (key, path) => {
    const { site, sim, logIn } = await startBoth()
    site.answers(() => ({ body: LOGGED_IN }))
    const { text } = await logIn({ app: key })
    expect(JSON.parse(text)).toEqual({ result: 'signed-in', account: ACCOUNT, expiresAt: 1_760_000_000_000 })
    expect(text).not.toContain('bearer-of-alice')

    const call = site.one()
    expect(call).toMatchObject({ method: 'POST', path, headers: { 'content-type': 'application/json' } })
    for (const header of ['origin', 'cookie', 'referer', 'sec-fetch-site']) expect(call.headers[header]).toBeUndefined()
    const { app, code, ...rest } = JSON.parse(call.body)
    expect([app, rest]).toEqual([key, {}])
    const { openids } = await sim.person('alice')
    const { appid, secret } = await sim.app(key)
    const token = await (key === 'mini'
      ? sim.sns('jscode2session', { appid, secret, js_code: code, grant_type: 'authorization_code' })
      : sim.exchange(key, code))
    expect(token.openid).toBe(openids[key])
  })

  test('a native app gets no code from who refuses, and the site is not asked', async () => {
    const { site, logIn } = await startBoth()
    expect(JSON.parse((await logIn({ app: 'app', allow: false })).text)).toEqual({ result: 'refused' })
    expect(site.received).toEqual([])
  })

  test('a mini program asks nothing: also who always refuses is logged in', async () => {
    const { site, logIn } = await startBoth('refuser')
    site.answers(() => ({ body: LOGGED_IN }))
    expect(JSON.parse((await logIn({ app: 'mini' })).text)).toMatchObject({ result: 'signed-in' })
    expect(JSON.parse((await logIn({ app: 'app' })).text)).toEqual({ result: 'refused' })
  })

  test('says which error the site answered', async () => {
    const { site, logIn } = await startBoth()
    const error = { code: 'app_unknown', message: 'No such app.', requestId: 'req_1' }
    site.answers(() => ({ status: 404, body: JSON.stringify({ error }) }))
    const { text } = await logIn({ app: 'mini' })
    expect(JSON.parse(text)).toEqual({ result: 'error', status: 404, code: 'app_unknown', message: 'No such app.' })
  })

  test.each([
    ['a page', '<!doctype html>', 'status 200, and nothing'],
    ['an account without a token', JSON.stringify({ account: ACCOUNT }), 'status 200, and nothing'],
    ['silence', null, 'no answer in 60 ms'],
  ])('is told from a site that answers %s', async (_, body, why) => {
    const { site, logIn } = await startBoth()
    site.answers(() => (body === null ? 'silence' : { body }))
    const { text } = await logIn({ app: 'mini' })
    expect(JSON.parse(text)).toMatchObject({ result: 'unreadable', why: expect.stringContaining(why) })
  })

  test('needs a site, an app of that kind, and somebody who holds the phone', async () => {
    const { logIn } = await startBoth()
    expect(await logIn({ app: 'pc' })).toMatchObject({ status: 400, text: expect.stringContaining('mobile app') })
    const nobody = await startBoth('')
    expect(await nobody.logIn({ app: 'mini' })).toMatchObject({ status: 400, text: expect.stringContaining('nobody') })
    const alone = await startSimulator()
    const answer = await fetch(`${alone.url}/sim/phone/login`, {
      method: 'POST',
      body: '{"app":"mini"}',
      headers: { 'content-type': 'application/json', ...ALICE },
    })
    expect(await answer.json()).toMatchObject({ result: 'unreadable', why: expect.stringContaining('--site') })
  })
})

describe('the page of an app', () => {
  test.each([
    ['app', 'mobile'],
    ['mini', 'miniprogram'],
  ])('%s says which kind it is and who would log in', async (key, kind) => {
    const { sim } = await startBoth()
    const page = await pageData(await sim.get(`/phone/app/${key}`, ALICE))
    expect(page).toMatchObject({ page: 'app', key, kind, person: { name: 'alice' } })
    expect((await sim.get(`/phone/app/${key}`)).headers.get('location')).toBe('/phone')
  })

  test.each(['pc', 'mp', 'nope'])('%s has none', async (key) => {
    const { sim } = await startBoth()
    expect((await sim.get(`/phone/app/${key}`, ALICE)).status).toBe(404)
  })

  test('stands on the home screen with the accounts, and no website does', async () => {
    const { sim } = await startBoth()
    const { apps } = await pageData(await sim.get('/phone', ALICE))
    expect(apps).toEqual([
      { key: 'mp', name: '扫码演示公众号', kind: 'official' },
      { key: 'mp2', name: '另一个公众号', kind: 'official' },
      { key: 'app', name: '扫码演示 App', kind: 'mobile' },
      { key: 'mini', name: '扫码演示小程序', kind: 'miniprogram' },
    ])
  })
})
