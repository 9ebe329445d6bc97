// `official` in the rules: what a silent answer may do, and that the browser which brings it is the one that gets in.
import { describe, expect, test } from 'vitest'
import type { WechatApp } from '#server/core/ports.js'
import { APPS, createWorld, PC, refusal } from './world.js'

const METHODS = ['website', 'relay', 'official'] as const
async function start(strangers: WechatApp['strangers'] = 'ask') {
  const mp = { ...APPS.mp, strangers }
  return { ...(await createWorld({ methods: METHODS, apps: [APPS.pc, mp] })), mp }
}
type Start = Awaited<ReturnType<typeof start>>

/** This browser's login inside WeChat, with WeChat's answer on its way back. */
function begin(world: Start, scope: 'snsapi_base' | 'snsapi_userinfo' = 'snsapi_base', secret = world.browser) {
  const { ticketId, url } = world.login.beginOfficial({ appKey: 'mp', scope, forcePopup: false, secret })
  const state = world.stateOf(url)
  const arrive = (code: string | null, browserSecret: string | null = secret) =>
    world.arrive({ state, code, app: world.mp, browserSecret })
  const enter = async (code: string | null) => {
    const result = await arrive(code)
    return world.login.enter({ result, state, secret, device: PC, previousSession: null })
  }
  return { ticketId, state, arrive, enter }
}

const SILENT = { openid: 'alice-mp', scopes: ['snsapi_base'] }
const ASKED = { openid: 'alice-mp', unionid: 'alice', nickname: 'Alice', scopes: ['snsapi_userinfo'] }

describe('a silent answer', () => {
  test('about a stranger ends the ticket and leaves nobody behind', async () => {
    const world = await start()
    world.wechat.says('c1', SILENT)
    const login = begin(world)
    expect(await login.arrive('c1')).toMatchObject({ status: 'failed', reason: 'explicit_required' })
    expect(await refusal(login.enter('c1'))).toBe('ticket_over')
    expect(await world.count('accounts', 'identities', 'sessions')).toEqual([0, 0, 0])
    expect(JSON.stringify(await world.dump())).not.toContain('alice-mp')
  })

  test('about a stranger is an account by openid where the app says so', async () => {
    const world = await start('create')
    world.wechat.says('c1', SILENT)
    expect((await begin(world).enter('c1')).account.nickname).toBe('')
    expect(await world.count('accounts', 'identities', 'unionids', 'sessions')).toEqual([1, 1, 0, 1])
  })

  test('about somebody known is a session, and asks for no profile', async () => {
    const world = await start()
    world.wechat.says('c1', ASKED)
    const { account } = await begin(world, 'snsapi_userinfo').enter('c1')
    world.wechat.says('c2', SILENT)
    expect((await begin(world).enter('c2')).account.id).toBe(account.id)
    expect(world.wechat.calls.profiles).toBe(1)
  })
})

describe('who gets in', () => {
  test('login fixation: the state of another browser is refused before WeChat is asked', async () => {
    const world = await start()
    const login = begin(world, 'snsapi_userinfo')
    for (const secret of [world.anotherSecret(), null]) {
      expect(await refusal(login.arrive('c1', secret))).toBe('state_invalid')
    }
    expect(world.wechat.calls.exchanges).toEqual([])
  })

  test('promise 3: the same callback again and again is one session, for a minute', async () => {
    const world = await start()
    world.wechat.says('c1', ASKED)
    const login = begin(world, 'snsapi_userinfo')
    const first = await login.enter('c1')
    expect(await login.enter('c1')).toEqual(first)
    expect(await login.enter('another code')).toEqual(first)
    expect(await world.count('sessions')).toEqual([1])
    world.time.advance(60_000)
    expect(await refusal(login.enter('c1'))).toBe('ticket_redeemed')
  })

  test('a state that nobody brought back for ten minutes is too old', async () => {
    const world = await start()
    const login = begin(world)
    world.time.advance(600_000)
    expect(await refusal(login.arrive('c1'))).toBe('state_expired')
  })

  test('a refusal is its own end', async () => {
    const world = await start()
    for (const code of [null, 'authdeny']) {
      const denied = { status: 'denied', reason: 'refused_on_phone' }
      expect(await begin(world, 'snsapi_userinfo').arrive(code)).toMatchObject(denied)
    }
    expect(world.wechat.calls.exchanges).toEqual([])
  })

  test('a snapshot user is never stored', async () => {
    const world = await start('create')
    for (const scope of ['snsapi_base', 'snsapi_userinfo'] as const) {
      world.wechat.says(scope, { ...ASKED, snapshotUser: true })
      expect(await begin(world, scope).arrive(scope)).toMatchObject({ status: 'failed', reason: 'snapshot_user' })
    }
    expect(await world.count('accounts')).toEqual([0])
  })
})

test('a ticket of this method cannot be begun by the call for pages that show codes', async () => {
  const world = await start()
  const options = { method: 'official', secret: world.browser, language: 'zh' } as const
  expect(() => world.login.begin(options)).toThrow(expect.objectContaining({ code: 'method_unavailable' }))
})

test('a program without cookies cannot begin what comes back by a redirect', async () => {
  const world = await start()
  const options = { method: 'website', secret: world.browser, language: 'zh', native: true } as const
  expect(() => world.login.begin(options)).toThrow(expect.objectContaining({ code: 'method_unavailable' }))
})
