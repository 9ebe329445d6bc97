import { describe, expect, test } from 'vitest'
import { pageData, startSimulator, type TestSimulator, WECHAT_AGENT } from './world.js'

const CALLBACK = 'http://localhost:3000/wechat/callback/mp?from=a&b=c#top'
const IN_WECHAT = { 'user-agent': WECHAT_AGENT }
const AS_ALICE = { 'x-sim-person': 'alice' }

async function link(sim: TestSimulator, changes: Record<string, string | undefined> = {}) {
  const { appid } = await sim.app('mp')
  const params = {
    appid,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'snsapi_userinfo',
    state: 'abc123',
    ...changes,
  }
  const given = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `/connect/oauth2/authorize?${new URLSearchParams(given)}`
}

describe('coming back from WeChat', () => {
  test('x-sim-person allows at once: the code and the state come before the fragment', async () => {
    const sim = await startSimulator()
    const answer = await sim.get(await link(sim), AS_ALICE)
    expect(answer.status).toBe(302)
    const location = answer.headers.get('location') ?? ''
    const [, code = ''] =
      /^http:\/\/localhost:3000\/wechat\/callback\/mp\?from=a&b=c&code=(\w{32})&state=abc123#top$/.exec(location) ?? []
    expect(code).toMatch(/^0\d\d[0-9A-Za-z]{29}$/)
    expect(await sim.exchange('mp', code)).toMatchObject({ scope: 'snsapi_userinfo' })
  })

  test('every consent makes a new code', async () => {
    const sim = await startSimulator()
    const locations = await Promise.all(
      [1, 2].map(async () => (await sim.get(await link(sim), AS_ALICE)).headers.get('location')),
    )
    expect(locations[0]).not.toBe(locations[1])
  })

  test('a browser is first sent to the same link with connect_redirect=1, then asked', async () => {
    const sim = await startSimulator()
    const hop = await sim.get(await link(sim), IN_WECHAT)
    expect(hop.status).toBe(302)
    const location = hop.headers.get('location') ?? ''
    expect(location).toBe(`${await link(sim)}&connect_redirect=1`)

    const consent = await pageData(await sim.get(location, IN_WECHAT))
    expect(consent).toMatchObject({
      page: 'consent',
      kind: 'authorize',
      scope: 'snsapi_userinfo',
      action: location,
      current: null,
      asks: true,
    })
    const answer = await sim.post(location, { person: 'bob', allow: 'allow' }, IN_WECHAT)
    expect(answer.status).toBe(302)
    expect(answer.headers.get('set-cookie')).toMatch(/^sim_person=bob; path=\/; samesite=lax; httponly$/i)
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
    expect((await sim.exchange('mp', code)).openid).toBe((await sim.person('bob')).openids.mp)
  })

  test('connect_redirect=1 skips the hop', async () => {
    const sim = await startSimulator()
    const answer = await sim.get(await link(sim, { connect_redirect: '1' }), IN_WECHAT)
    expect(answer.status).toBe(200)
    expect((await pageData(answer)).page).toBe('consent')
  })

  test('snsapi_base is silent once the phone has an owner, and only asks who it is before', async () => {
    const sim = await startSimulator()
    const base = await link(sim, { scope: 'snsapi_base', connect_redirect: '1' })
    expect(await pageData(await sim.get(base, IN_WECHAT))).toMatchObject({ page: 'consent', asks: false })
    const silent = await sim.get(base, { ...IN_WECHAT, cookie: 'sim_person=alice' })
    expect(silent.status).toBe(302)
    const code = new URL(silent.headers.get('location') ?? '').searchParams.get('code') ?? ''
    expect(await sim.exchange('mp', code)).toMatchObject({ scope: 'snsapi_base' })
  })

  test('snsapi_userinfo asks again each time', async () => {
    const sim = await startSimulator()
    const path = await link(sim, { connect_redirect: '1' })
    const cookie = { ...IN_WECHAT, cookie: 'sim_person=alice' }
    expect((await sim.post(path, { allow: 'allow' }, cookie)).status).toBe(302)
    expect(await pageData(await sim.get(path, cookie))).toMatchObject({ page: 'consent', current: 'alice', asks: true })
  })

  test('forceSnapShot makes the visitor a virtual person', async () => {
    const sim = await startSimulator()
    const answer = await sim.get(await link(sim, { forceSnapShot: 'true' }), AS_ALICE)
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
    const token = await sim.exchange('mp', code)
    expect(token.is_snapshotuser).toBe(1)
    const alice = await sim.person('alice')
    expect(token.openid).not.toBe(alice.openids.mp)
    expect(token.unionid).not.toBe(alice.unionids.mp)
  })
})

describe('a link that WeChat refuses to open', () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ['without appid', { appid: undefined }, '10012'],
    ['with an unknown appid', { appid: 'wx0000000000000000' }, '10012'],
    ['without redirect_uri', { redirect_uri: undefined }, '10011'],
    ['to a foreign host', { redirect_uri: 'https://evil.example/' }, '10003'],
    ['to a sub-domain', { redirect_uri: 'http://a.localhost:3000/' }, '10003'],
    ['to a host hidden behind credentials', { redirect_uri: 'http://localhost@evil.example/' }, '10003'],
    ['to something that is no address', { redirect_uri: '/wechat/callback' }, '10003'],
    ['to a script', { redirect_uri: 'javascript://localhost/%0aalert(1)' }, '10003'],
    ['without scope', { scope: undefined }, '10010'],
    ['with the scope of websites', { scope: 'snsapi_login' }, '10005'],
    ['without response_type', { response_type: undefined }, 'response_type'],
    ['with response_type=token', { response_type: 'token' }, 'response_type'],
    ['with an empty state', { state: '' }, '10013'],
    ['with 129 bytes of state', { state: 's'.repeat(129) }, 'state_too_long'],
  ])('%s gets a page, never a redirect', async (_, changes, code) => {
    const sim = await startSimulator()
    const answer = await sim.get(await link(sim, changes), AS_ALICE)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('location')).toBeNull()
    expect(await pageData(answer)).toMatchObject({ page: 'error', code })
  })

  test('128 bytes of state are fine, and so is none', async () => {
    const sim = await startSimulator()
    for (const state of ['s'.repeat(128), undefined]) {
      const answer = await sim.get(await link(sim, { state }), AS_ALICE)
      const { searchParams } = new URL(answer.headers.get('location') ?? '')
      expect(searchParams.get('state')).toBe(state ?? '')
    }
  })

  test('parameters in another order are refused, however right they are', async () => {
    const sim = await startSimulator()
    const good = await link(sim)
    const [path = '', query = ''] = good.split('?')
    const pairs = query.split('&')
    const wrongOrders = [
      [...pairs].reverse(),
      [...pairs].sort((a, b) => (a.startsWith('state') ? -1 : b.startsWith('state') ? 1 : 0)),
      ['lang=zh', ...pairs],
      [...pairs, 'state=second'],
    ]
    for (const order of wrongOrders) {
      const answer = await sim.get(`${path}?${order.join('&')}`, AS_ALICE)
      expect(await pageData(answer)).toMatchObject({ page: 'error', code: 'parameter_order' })
    }
    expect((await sim.get(`${good}&forcePopup=true&version=1`, AS_ALICE)).status).toBe(302)
  })

  test.each(['pc', 'app', 'mini'])('%s is no official account: 10016', async (key) => {
    const sim = await startSimulator()
    const { appid } = await sim.app(key)
    expect(await pageData(await sim.get(await link(sim, { appid }), AS_ALICE))).toMatchObject({ code: '10016' })
  })

  test('a scope taken from the app is refused', async () => {
    const sim = await startSimulator()
    await sim.ordered('apps', { key: 'mp', scopes: ['snsapi_base'] })
    expect(await pageData(await sim.get(await link(sim), AS_ALICE))).toMatchObject({ code: '10005' })
  })

  test('callback domains of the app replace those of the simulator', async () => {
    const sim = await startSimulator({ callbackDomains: ['example.test'] })
    expect(await pageData(await sim.get(await link(sim), AS_ALICE))).toMatchObject({ code: '10003' })
    await sim.ordered('apps', { key: 'mp', callbackDomains: ['localhost'] })
    expect((await sim.get(await link(sim), AS_ALICE)).status).toBe(302)
  })
})

describe('outside WeChat', () => {
  test.each([
    ['a desktop browser', 'Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0'],
    ['WeCom', `${WECHAT_AGENT} wxwork/4.1`],
  ])('%s is told to open the link in WeChat', async (_, agent) => {
    const sim = await startSimulator()
    const answer = await sim.get(await link(sim), { 'user-agent': agent })
    expect(await pageData(answer)).toMatchObject({ page: 'error', code: 'open_in_wechat' })
    const posted = await sim.post(await link(sim), { person: 'alice', allow: 'allow' }, { 'user-agent': agent })
    expect(await pageData(posted)).toMatchObject({ code: 'open_in_wechat' })
  })

  test('a browser that is the simulated phone counts as WeChat', async () => {
    const sim = await startSimulator()
    const headers = { 'user-agent': 'Chrome/130.0', cookie: 'sim_person=alice' }
    expect((await sim.get(await link(sim), headers)).headers.get('location')).toContain('connect_redirect=1')
  })

  test('a person nobody knows is an error', async () => {
    const sim = await startSimulator()
    const answer = await sim.get(await link(sim), { 'x-sim-person': 'nobody' })
    expect(await pageData(answer)).toMatchObject({ code: 'unknown_person' })
  })
})

describe('refusal', () => {
  test('ends on a page by default, for a button as for a person who always refuses', async () => {
    const sim = await startSimulator()
    const path = await link(sim, { connect_redirect: '1' })
    const button = await sim.post(path, { person: 'alice', allow: 'deny' }, IN_WECHAT)
    expect(await pageData(button)).toEqual({ page: 'done', result: 'withheld' })
    const refuser = await sim.get(path, { 'x-sim-person': 'refuser' })
    expect(await pageData(refuser)).toEqual({ page: 'done', result: 'withheld' })
  })

  test.each([
    ['authdeny', '&code=authdeny&state=abc123#top'],
    ['state_only', '&state=abc123#top'],
  ])('may come back as %s', async (refusal, end) => {
    const sim = await startSimulator()
    await sim.fault({ path: '/connect/oauth2/authorize', kind: 'refusal', refusal })
    const answer = await sim.get(await link(sim), { 'x-sim-person': 'refuser' })
    expect(answer.headers.get('location')).toBe(`http://localhost:3000/wechat/callback/mp?from=a&b=c${end}`)
  })

  test('snsapi_base cannot be refused: nothing is asked', async () => {
    const sim = await startSimulator()
    const answer = await sim.get(await link(sim, { scope: 'snsapi_base' }), { 'x-sim-person': 'refuser' })
    expect(answer.status).toBe(302)
  })
})

describe('what goes wrong on the way back', () => {
  test('the callback is asked for twice: one state, two codes', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: '/connect/oauth2/authorize', kind: 'doubleCallback' })
    const answer = await sim.get(await link(sim), AS_ALICE)
    const [first, second] = [answer.headers.get('location'), answer.headers.get('x-sim-second-callback')].map(
      (location) => new URL(location ?? '').searchParams,
    )
    expect(first?.get('state')).toBe(second?.get('state'))
    expect(first?.get('code')).not.toBe(second?.get('code'))
    expect((await sim.get(await link(sim), AS_ALICE)).headers.get('x-sim-second-callback')).toBeNull()
  })

  test('a browser gets both callbacks from a page, and connect_redirect=1 avoids it', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: '/connect/oauth2/authorize', kind: 'doubleCallback' })
    const headers = { ...IN_WECHAT, cookie: 'sim_person=alice' }
    const skipped = await sim.get(await link(sim, { scope: 'snsapi_base', connect_redirect: '1' }), headers)
    expect(skipped.status).toBe(302)
    const hop = await sim.get(await link(sim, { scope: 'snsapi_base' }), headers)
    const page = await (await sim.get(hop.headers.get('location') ?? '', headers)).text()
    expect(page.match(/code=\w{32}/g)).toHaveLength(2)
    expect(new Set(page.match(/code=\w{32}/g)).size).toBe(2)
  })

  test('the state comes back with something added', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: '/connect/oauth2/authorize', kind: 'mangleState', append: '?x' })
    const answer = await sim.get(await link(sim), AS_ALICE)
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('state')).toBe('abc123?x')
  })

  test('an ordered page error', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: '/connect/oauth2/authorize', kind: 'errcode', errcode: 10009 })
    expect(await pageData(await sim.get(await link(sim), AS_ALICE))).toMatchObject({ page: 'error', code: '10009' })
    expect((await sim.get(await link(sim), AS_ALICE)).status).toBe(302)
  })
})
