import { describe, expect, test } from 'vitest'
import { readPush, type SiteReply, sealed, startSite, textReply } from './site.js'
import { type SimApp, startSimulator } from './world.js'

const NOW = 1_760_000_000_000

/** A simulator with a site, and the account `mp` of it. */
async function startBoth(appKey = 'mp') {
  const site = await startSite()
  const sim = await startSimulator({ siteOrigins: [site.origin], clock: () => NOW, pushTimeoutMs: 60 })
  const app = await sim.app(appKey)
  const event = (name: string, more: Record<string, unknown> = {}) =>
    sim.ordered('events', { app: appKey, person: 'alice', event: name, ...more })
  return { site, sim, app, alice: await sim.person('alice'), event }
}

describe('what is pushed', () => {
  test('by default goes encrypted to the site, with nothing about the event in the clear', async () => {
    const { site, app, alice, event } = await startBoth()
    expect(await event('subscribe')).toEqual({
      deliveries: [{ status: 200, body: 'success', trouble: null }],
      outcome: 'done',
      reply: null,
    })
    const push = site.one()
    expect(push).toMatchObject({ method: 'POST', path: '/wechat/notify/mp', headers: { 'content-type': 'text/xml' } })
    expect(Object.keys(push.query)).toEqual([
      'signature',
      'timestamp',
      'nonce',
      'openid',
      'encrypt_type',
      'msg_signature',
    ])
    expect(push.body).toMatch(
      /^<xml><ToUserName><!\[CDATA\[gh_[0-9a-f]{12}\]\]><\/ToUserName><Encrypt><!\[CDATA\[[\w+/=]+\]\]><\/Encrypt><\/xml>$/,
    )
    expect(readPush(app, push)).toEqual({
      ToUserName: expect.stringMatching(/^gh_[0-9a-f]{12}$/),
      FromUserName: alice.openids.mp,
      CreateTime: '1760000000',
      MsgType: 'event',
      Event: 'subscribe',
      EventKey: '',
    })
  })

  test.each(['xml', 'json'])('can be plain or both, as %s', async (format) => {
    const { site, sim, app, alice, event } = await startBoth()
    await sim.ordered('apps', { key: 'mp', push: { mode: 'plain', format } })
    await event('SCAN', { scene: 'login_1' })
    await event('SCAN', { scene: 'login_1', mode: 'compatible' })
    const [plain, both] = site.received
    if (!plain || !both) throw new Error('two pushes were expected')
    const fields = { FromUserName: alice.openids.mp, Event: 'SCAN', EventKey: 'login_1', Ticket: expect.any(String) }
    expect(Object.keys(plain.query)).toEqual(['signature', 'timestamp', 'nonce', 'openid'])
    expect(plain.body).not.toContain('Encrypt')
    expect(readPush(app, plain)).toMatchObject(fields)
    expect(both.body).toContain('Encrypt')
    expect(both.body).toContain('login_1')
    expect(readPush(app, both)).toMatchObject(fields)
  })

  test('goes where the app says, whatever the site is', async () => {
    const { site, sim, event } = await startBoth()
    await sim.ordered('apps', { key: 'mp', push: { url: `${site.origin}/hook?who=mp` } })
    await event('unsubscribe')
    expect(site.one()).toMatchObject({ path: '/hook', query: { who: 'mp', nonce: expect.any(String) } })
    await sim.ordered('apps', { key: 'mp', push: { url: null } })
    await event('unsubscribe')
    expect(site.received[1]?.path).toBe('/wechat/notify/mp')
  })

  test('goes nowhere when no site is known', async () => {
    const sim = await startSimulator()
    const pushed = await sim.ordered('events', { app: 'mp', person: 'alice', event: 'subscribe' })
    expect(pushed).toEqual({ deliveries: [], outcome: 'nowhere', reply: null })
  })

  test('reaches a site whose server is somewhere else than its address', async () => {
    const site = await startSite()
    const sim = await startSimulator({ siteOrigins: ['https://login.example'], siteServer: site.origin })
    const pushed = await sim.ordered('events', { app: 'mp', person: 'alice', event: 'subscribe' })
    expect(pushed.outcome).toBe('done')
  })
})

describe('notices', () => {
  test.each([
    ['pc', 'website', '301'],
    ['app', 'mobile', '301'],
    ['mp', 'official', '205'],
  ])('to %s name the person by openid and unionid, and come from nobody', async (key, _, revokeInfo) => {
    const { site, app, alice, event } = await startBoth(key)
    await event('user_authorization_revoke')
    const push = readPush(app, site.one())
    expect(push).toEqual({
      ToUserName: expect.stringMatching(/^gh_/),
      FromUserName: expect.stringMatching(/^o[\w-]{27}$/),
      CreateTime: '1760000000',
      MsgType: 'event',
      Event: 'user_authorization_revoke',
      OpenID: alice.openids[key],
      UnionID: alice.unionids[key],
      AppID: app.appid,
      RevokeInfo: revokeInfo,
    })
    expect(push.FromUserName).not.toBe(push.OpenID)
  })

  test('to a mini program tell no unionid, and what was withdrawn can be said', async () => {
    const { site, app, alice, event } = await startBoth('mini')
    await event('user_authorization_revoke', { revokeInfo: '6,8' })
    const push = readPush(app, site.one())
    expect(push).toMatchObject({ OpenID: alice.openids.mini, RevokeInfo: '6,8' })
    expect(push).not.toHaveProperty('UnionID')
  })

  test.each(['user_info_modified', 'user_authorization_cancellation'])('%s may leave the openid out', async (name) => {
    const { site, app, alice, event } = await startBoth()
    await event(name, { omitOpenid: true })
    const push = readPush(app, site.one())
    expect(push).toMatchObject({ Event: name, UnionID: alice.unionids.mp })
    expect(push).not.toHaveProperty('OpenID')
    expect(push).not.toHaveProperty('RevokeInfo')
    expect(site.one().query).not.toHaveProperty('openid')
  })

  test('have JSON keys with a space before them, as in the manual, when that is wanted', async () => {
    const { site, app, alice, event } = await startBoth()
    await event('user_info_modified', { format: 'json', spacedKeys: true })
    expect(readPush(app, site.one())).toMatchObject({ ' OpenID': alice.openids.mp, ' CreateTime': 1_760_000_000 })
  })

  test('can have no reply', async () => {
    const { site, app, event } = await startBoth()
    site.answers((push) => ({ body: sealed(app, textReply(readPush(app, push), 'hello')) }))
    expect((await event('user_info_modified')).deliveries[0].trouble).toBe('there is nobody to reply to')
  })
})

describe('the answer', () => {
  const success: SiteReply = { body: 'success' }
  test.each<[string, SiteReply]>([
    ['empty', { body: '' }],
    ['success', success],
    ['success in XML clothes', { body: 'success', type: 'text/xml' }],
  ])('may be %s: one delivery', async (_, answer) => {
    const { site, event } = await startBoth()
    site.answers(() => answer)
    expect(await event('subscribe')).toMatchObject({ outcome: 'done', reply: null })
    expect(site.received).toHaveLength(1)
  })

  test.each<[string, (app: SimApp, reply: string) => SiteReply, string]>([
    ['late', () => 'silence', 'no answer in 60 ms'],
    ['an error', () => ({ status: 500, body: '' }), 'it has status 500'],
    ['a redirect', () => ({ status: 302, body: '', headers: { location: '/' } }), 'it has status 302'],
    ['JSON', () => ({ body: '{"ok":true}' }), 'neither success nor the XML'],
    ['a page', () => ({ body: '<!doctype html><title>Site</title>' }), 'neither success nor the XML'],
    ['a reply in the clear', (_, reply) => ({ body: reply }), 'not encrypted, in secure mode'],
    [
      'a reply signed with another token',
      (app, reply) => ({ body: sealed({ ...app, notify: { ...app.notify, token: 'other' } }, reply) }),
      'MsgSignature is wrong',
    ],
    [
      'a reply of another app',
      (app, reply) => ({ body: sealed({ ...app, appid: 'wx0000000000000000' }, reply) }),
      'another appid',
    ],
    ['a reply to nobody', (app) => ({ body: sealed(app, textReply({}, 'hi')) }), 'ToUserName is not the person'],
    [
      'a reply without words',
      (app, reply) => ({ body: sealed(app, reply.replace('hi', '')) }),
      'Content is empty or too long',
    ],
  ])('may not be %s: three deliveries, and the person reads of trouble', async (_, answer, why) => {
    const { site, sim, app, event } = await startBoth()
    site.answers((push) => answer(app, textReply(readPush(app, push), 'hi')))
    const pushed = await event('subscribe')
    expect(pushed).toMatchObject({ outcome: 'trouble', reply: null })
    expect(pushed.deliveries).toHaveLength(3)
    expect(pushed.deliveries[2].trouble).toContain(why)
    expect(site.received).toHaveLength(3)
    const { messages } = await (await sim.get('/sim/phone/chat?app=mp', { 'x-sim-person': 'alice' })).json()
    expect(messages).toEqual([{ at: NOW, parts: null }])
  })

  test('is waited for no longer once it is right: the same event, signed and sealed anew each time', async () => {
    const { site, app, event } = await startBoth()
    site.answers(() => (site.received.length < 3 ? 'silence' : success))
    expect((await event('SCAN', { scene: 's' })).outcome).toBe('done')
    const pushes = site.received.map((push) => readPush(app, push))
    expect(pushes).toHaveLength(3)
    expect(pushes[1]).toEqual(pushes[0])
    expect(pushes[2]).toEqual(pushes[0])
    expect(new Set(site.received.map(({ body }) => body)).size).toBe(3)
    expect(new Set(site.received.map(({ query }) => query.nonce)).size).toBe(3)
  })

  test('a site that is not there is told from one that is slow', async () => {
    const { sim, event } = await startBoth()
    await sim.ordered('apps', { key: 'mp', push: { url: 'http://127.0.0.1:1/' } })
    expect((await event('subscribe')).deliveries[0]).toMatchObject({ status: null, trouble: /refused|bad port/i })
  })

  test('may be a text, with links', async () => {
    const { site, app, event } = await startBoth()
    const text = '<a href="http://localhost:3000/t/tkt_1?a=1&amp;b=2">确认登录</a>，或 http://localhost:3000/help.'
    site.answers((push) => ({ body: sealed(app, textReply(readPush(app, push), text)) }))
    expect(await event('subscribe', { scene: 'x' })).toEqual({
      deliveries: [{ status: 200, body: expect.stringContaining('<MsgType><![CDATA[text]]>'), trouble: null }],
      outcome: 'reply',
      reply: { text, links: ['http://localhost:3000/t/tkt_1?a=1&b=2', 'http://localhost:3000/help'] },
    })
  })

  test.each(['plain', 'compatible'])('may be a text in the clear in %s mode', async (mode) => {
    const { site, sim, app, event } = await startBoth()
    await sim.ordered('apps', { key: 'mp', push: { mode } })
    site.answers((push) => ({ body: textReply(readPush(app, push), 'hello') }))
    expect((await event('subscribe')).reply).toEqual({ text: 'hello', links: [] })
  })

  test('duplicates come when they are ordered, although the first was answered', async () => {
    const { site, app, event } = await startBoth()
    const pushed = await event('SCAN', { scene: 's', repeat: 3 })
    expect(pushed).toMatchObject({ outcome: 'done', deliveries: [{ status: 200 }, { status: 200 }, { status: 200 }] })
    expect(new Set(site.received.map((push) => JSON.stringify(readPush(app, push)))).size).toBe(1)
  })
})

describe('the check of an address', () => {
  test('is passed by who sends the text back', async () => {
    const { site, sim } = await startBoth()
    site.answers(({ query }) => ({ body: query.echostr ?? '' }))
    expect(await sim.ordered('push-check', { app: 'mp' })).toMatchObject({ ok: true, status: 200 })
    expect(Object.keys(site.one().query)).toEqual(['signature', 'echostr', 'timestamp', 'nonce'])
    expect(site.one().method).toBe('GET')
  })

  test('is failed by who does not', async () => {
    const { sim } = await startBoth()
    expect(await sim.ordered('push-check', { app: 'mp' })).toMatchObject({ ok: false, body: 'success' })
  })
})
