import { describe, expect, test } from 'vitest'
import { pageData, startSimulator } from './world.js'

describe('people', () => {
  test('there are at least eight, each special in a way that is said in two languages', async () => {
    const sim = await startSimulator()
    const { people } = await (await sim.get('/sim/people')).json()
    const names = people.map(({ name }: { name: string }) => name)
    expect(names.slice(0, 2)).toEqual(['alice', 'bob'])
    expect(names.length).toBeGreaterThanOrEqual(8)
    for (const { note } of people)
      expect(note).toEqual({ zh: expect.stringMatching(/./), en: expect.stringMatching(/./) })
  })

  test('a new one can log in, and only what is said of a known one changes', async () => {
    const sim = await startSimulator()
    await sim.ordered('people', { name: 'zoe', nickname: 'Zoë' })
    const before = await sim.login('pc', 'zoe')
    await sim.ordered('people', { name: 'zoe', noUnionid: true })
    const after = await sim.login('pc', 'zoe')
    expect(after.openid).toBe(before.openid)
    expect(after).not.toHaveProperty('unionid')
    expect((await sim.person('zoe')).nickname).toBe('Zoë')
  })

  test('have pictures of their own', async () => {
    const sim = await startSimulator()
    const [alice, bob] = await Promise.all(
      ['alice', 'bob'].map(async (name) => sim.get((await sim.person(name)).avatarUrl)),
    )
    expect(alice?.headers.get('content-type')).toBe('image/png')
    const [one, other] = [await alice?.text(), await bob?.text()]
    expect([one?.slice(1, 4), other?.slice(1, 4), one === other]).toEqual(['PNG', 'PNG', false])
    expect((await sim.get('/mmopen/vi_32/nobody/132')).status).toBe(404)
  })
})

describe('apps', () => {
  test('the list is what a site needs to know, no more', async () => {
    const sim = await startSimulator()
    const { apps } = await (await sim.get('/sim/apps')).json()
    expect(apps.map(({ key, kind }: { key: string; kind: string }) => [key, kind])).toEqual([
      ['pc', 'website'],
      ['mp', 'official'],
      ['mp2', 'official'],
      ['app', 'mobile'],
      ['mini', 'miniprogram'],
    ])
    for (const app of apps) {
      expect(Object.keys(app)).toEqual(['key', 'kind', 'appid', 'secret', 'openPlatform', 'notify'])
      expect(app.notify).toEqual({
        token: expect.stringMatching(/^[0-9a-f]{32}$/),
        aesKey: expect.stringMatching(/^[A-Za-z0-9]{43}$/),
      })
    }
    const again = await (await (await startSimulator()).get('/sim/apps')).json()
    expect(again.apps).toEqual(apps)
  })

  test('a new one works, and a rotated secret makes the old one wrong', async () => {
    const sim = await startSimulator()
    await sim.ordered('apps', { key: 'shop', kind: 'website', openPlatform: null })
    expect(await sim.login('shop', 'alice')).not.toHaveProperty('unionid')
    const { appid, secret } = await sim.app('shop')
    await sim.ordered('apps', { key: 'shop', secret: 'f'.repeat(32) })
    const params = { appid, secret, code: await sim.code('shop', 'alice'), grant_type: 'authorization_code' }
    expect((await sim.sns('oauth2/access_token', params)).errcode).toBe(40125)
    expect(await sim.login('shop', 'alice')).toHaveProperty('openid')
  })
})

describe('a request that cannot be carried out says why', () => {
  test.each<[string, unknown, string]>([
    ['people', { name: 'a b' }, 'name must be'],
    ['people', { name: 'zoe', refuse: true }, 'unknown field refuse'],
    ['people', { name: 'zoe', refuses: 'yes' }, 'refuses must be true or false, not "yes"'],
    ['people', [], 'must be a JSON object'],
    ['apps', { key: 'shop' }, 'kind must be one of website'],
    ['apps', { key: 'shop', kind: 'web' }, 'kind must be one of website'],
    ['apps', { key: 'pc', scopes: 'all' }, 'scopes must be a list'],
    ['apps', { key: 'mp', push: { mode: 'open' } }, 'mode must be one of plain, compatible, secure'],
    ['apps', { key: 'mp', push: { format: 'yaml' } }, 'format must be one of xml, json'],
    ['apps', { key: 'mp', push: { url: 'ftp://x/' } }, 'not an http(s) address'],
    ['apps', { key: 'mp', push: { token: 'x' } }, 'unknown field token'],
    ['apps', { key: 'mp', push: 'secure' }, 'push must be an object'],
    ['events', { app: 'mp', person: 'alice', event: 'scan' }, 'event must be one of subscribe'],
    ['events', { app: 'mp', person: 'alice', event: 'SCAN' }, 'scene must be a non-empty string'],
    ['events', { app: 'mp', person: 'alice', event: 'unsubscribe', scene: 'x' }, 'unknown field scene'],
    ['events', { app: 'pc', person: 'alice', event: 'subscribe' }, 'happens to official accounts'],
    ['events', { app: 'mp', person: 'nobody', event: 'subscribe' }, 'person is nobody'],
    ['events', { app: 'nope', person: 'alice', event: 'subscribe' }, 'app is none'],
    ['push-check', { app: 'mp' }, 'no site is known'],
    ['clock', { advanceMs: -1 }, 'advanceMs must be a whole number from 0'],
    ['clock', { advance: 1 }, 'unknown field advance'],
    ['code', { app: 'pc' }, 'person must be a non-empty string'],
    ['code', { app: 'nope', person: 'alice' }, 'app is none'],
    ['code', { app: 'pc', person: 'nobody' }, 'person is nobody'],
    ['code', { app: 'pc', person: 'alice', scope: 'snsapi_base' }, 'not granted'],
    ['phone/person', { name: 'nobody' }, 'nobody here'],
  ])('POST /sim/%s %j', async (path, body, reason) => {
    const sim = await startSimulator()
    const answer = await sim.control(path, body)
    expect(answer.status).toBe(400)
    expect((await answer.json()).error).toContain(reason)
  })

  test('a foreign page cannot post here: only JSON is taken, which a browser asks about first', async () => {
    const sim = await startSimulator()
    const answer = await fetch(`${sim.url}/sim/clock`, { method: 'POST', body: '{"advanceMs":1000}' })
    expect(answer.status).toBe(400)
    const asked = await fetch(`${sim.url}/sim/clock`, { method: 'OPTIONS', headers: { origin: 'http://evil.example' } })
    expect(asked.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('a body without an end in sight is refused', async () => {
    const sim = await startSimulator()
    const answer = await sim.control('clock', { advanceMs: 1, rest: 'x'.repeat(70_000) })
    expect(answer.status).toBe(413)
  })
})

describe('the record of calls', () => {
  test('counts by path and by code, without secrets, until it is cleared', async () => {
    const sim = await startSimulator({ clock: () => 1_760_000_000_000 })
    const { appid, secret } = await sim.app('pc')
    const code = await sim.code('pc', 'alice')
    const form = { appid, secret, code, grant_type: 'authorization_code' }
    await sim.exchange('pc', code)
    await sim.post('/sns/oauth2/access_token', form)
    await sim.sns('auth', { access_token: 'x' })

    const text = await (await sim.get('/sim/calls')).text()
    expect(text).not.toContain(secret)
    const { calls, byPath, byCode } = JSON.parse(text)
    expect(byPath).toEqual({ '/sns/oauth2/access_token': 2, '/sns/auth': 1 })
    expect(byCode).toEqual({ [code]: 2 })
    const query = { appid, code, grant_type: 'authorization_code' }
    const at = 1_760_000_000_000
    expect(calls).toEqual([
      { at, method: 'GET', path: '/sns/oauth2/access_token', query },
      { at, method: 'POST', path: '/sns/oauth2/access_token', query },
      { at, method: 'GET', path: '/sns/auth', query: { access_token: 'x' } },
    ])
    await sim.control('calls', {}, 'DELETE')
    expect(await (await sim.get('/sim/calls')).json()).toEqual({ calls: [], byPath: {}, byCode: {} })
  })

  test('a call whose answer is lost is counted all the same', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: '/sns/oauth2/access_token', kind: 'reset' })
    const code = await sim.code('pc', 'alice')
    await expect(sim.exchange('pc', code)).rejects.toThrow()
    expect((await (await sim.get('/sim/calls')).json()).byCode).toEqual({ [code]: 1 })
  })
})

describe('the phone', () => {
  test('belongs to a person by a cookie, until it is given back', async () => {
    const sim = await startSimulator({ siteOrigins: ['http://localhost:3000'] })
    const given = await sim.control('phone/person', { name: 'bob' })
    expect(await given.json()).toMatchObject({ person: { name: 'bob' } })
    const cookie = given.headers.get('set-cookie')?.split(';')[0] ?? ''
    const data = await pageData(await sim.get('/phone?scan=http%3A%2F%2Fx%2F', { cookie }))
    expect(data).toMatchObject({
      page: 'phone',
      current: 'bob',
      scan: 'http://x/',
      siteOrigins: ['http://localhost:3000'],
    })
    expect(data.people).toContainEqual({
      name: 'alice',
      nickname: 'Alice 小林',
      avatarUrl: '/mmopen/vi_32/alice/132',
      note: { zh: '普通用户', en: 'An ordinary person' },
    })
    const back = await sim.control('phone/person', { name: null })
    expect(back.headers.get('set-cookie')).toMatch(/^sim_person=; .*expires=Thu, 01 Jan 1970/i)
    expect(await pageData(await sim.get('/phone'))).toMatchObject({ current: null, scan: null })
  })
})

test('health says who and when', async () => {
  const sim = await startSimulator({ clock: () => 1000, advertisedUrl: 'http://127.0.0.1:3001' })
  await sim.advance(500)
  expect(await (await sim.get('/sim/health')).json()).toEqual({
    ok: true,
    simulator: 'saoma',
    url: 'http://127.0.0.1:3001',
    now: 1500,
  })
})
