import { describe, expect, test } from 'vitest'
import { startSimulator } from './world.js'

const MINUTE = 60_000

describe('the code exchange', () => {
  test('answers with token, openid, scope and unionid, and without an errcode', async () => {
    const sim = await startSimulator()
    const alice = await sim.person('alice')
    const answer = await sim.login('pc', 'alice')
    expect(answer).toEqual({
      access_token: expect.stringMatching(/^\d\d_[\w-]{108}$/),
      expires_in: 7200,
      refresh_token: expect.stringMatching(/^\d\d_[\w-]{108}$/),
      openid: alice.openids.pc,
      scope: 'snsapi_login',
      unionid: alice.unionids.pc,
    })
  })

  test('takes a form as well as a query, and ignores parameters it does not know', async () => {
    const sim = await startSimulator()
    const { appid, secret } = await sim.app('pc')
    const code = await sim.code('pc', 'alice')
    const grant_type = 'authorization_code'
    const answer = await sim.post('/sns/oauth2/access_token', { appid, secret, code, grant_type, redirect_uri: 'x' })
    expect(await answer.json()).toMatchObject({ scope: 'snsapi_login' })
  })

  test('checks its parameters in a fixed order', async () => {
    const sim = await startSimulator()
    const { appid, secret } = await sim.app('pc')
    const code = await sim.code('pc', 'alice')
    const good = { appid, secret, code, grant_type: 'authorization_code' }
    const wrong = { appid: 'wx0000000000000000', secret: 'x', code: 'x', grant_type: 'x' }

    const errcodes: number[] = []
    const repaired: Record<string, string> = {}
    const steps: Record<string, string>[] = [
      {},
      { appid: wrong.appid },
      { secret: wrong.secret },
      { code: wrong.code },
      { grant_type: good.grant_type },
      { appid: good.appid },
      { secret: good.secret },
    ]
    await sim.fault({ path: '/sns/oauth2/access_token', kind: 'errcode', errcode: 45009 })
    for (const step of [...steps, {}]) {
      Object.assign(repaired, step)
      errcodes.push((await sim.sns('oauth2/access_token', repaired)).errcode)
    }
    expect(errcodes).toEqual([41002, 41004, 41008, 40002, 40013, 40125, 45009, 40029])
    expect(await sim.sns('oauth2/access_token', good)).toHaveProperty('access_token')
  })

  test.each([
    ['consumer_secret_ref', 'secret', 41004],
    ['client_secret', 'secret', 41004],
    ['client_id', 'appid', 41002],
    ['authorization_code', 'code', 41008],
    ['granttype', 'grant_type', 40002],
  ])('a parameter called %s is not taken for %s', async (given, wanted, errcode) => {
    const sim = await startSimulator()
    const { appid, secret } = await sim.app('pc')
    const code = await sim.code('pc', 'alice')
    const params = { appid, secret, code, grant_type: 'authorization_code' }
    const renamed = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name === wanted ? given : name, value]),
    )
    expect((await sim.sns('oauth2/access_token', renamed)).errcode).toBe(errcode)
    expect(await sim.sns('oauth2/access_token', params)).toHaveProperty('access_token')
  })

  test('takes a code once: used lately it is 40163, later as unknown as any other', async () => {
    const sim = await startSimulator()
    const code = await sim.code('pc', 'alice')
    expect(await sim.exchange('pc', code)).toHaveProperty('openid')
    expect((await sim.exchange('pc', code)).errcode).toBe(40163)
    await sim.advance(10 * MINUTE - 1000)
    expect((await sim.exchange('pc', code)).errcode).toBe(40163)
    await sim.advance(2000)
    expect((await sim.exchange('pc', code)).errcode).toBe(40029)
  })

  test('two exchanges at the same moment: exactly one gets the token', async () => {
    const sim = await startSimulator()
    const code = await sim.code('pc', 'alice')
    const answers = await Promise.all(Array.from({ length: 5 }, () => sim.exchange('pc', code)))
    expect(answers.filter((answer) => answer.openid)).toHaveLength(1)
    expect(answers.filter((answer) => answer.errcode === 40163)).toHaveLength(4)
  })

  test('a failed exchange does not spend the code', async () => {
    const sim = await startSimulator()
    const { appid } = await sim.app('pc')
    const code = await sim.code('pc', 'alice')
    const wrong = { appid, secret: 'f'.repeat(32), code, grant_type: 'authorization_code' }
    expect((await sim.sns('oauth2/access_token', wrong)).errcode).toBe(40125)
    expect((await sim.exchange('mp', code)).errcode).toBe(40029)
    expect(await sim.exchange('pc', code)).toHaveProperty('openid')
  })

  test.each([
    ['pc', 10],
    ['app', 10],
    ['mp', 5],
  ])('a code of %s lives %i minutes', async (key, minutes) => {
    const sim = await startSimulator({ clock: () => 1_760_000_000_000 })
    const early = await sim.code(key, 'alice')
    const late = await sim.code(key, 'alice')
    await sim.advance(minutes * MINUTE - 1)
    expect(await sim.exchange(key, early)).toHaveProperty('openid')
    await sim.advance(1)
    expect((await sim.exchange(key, late)).errcode).toBe(40029)
  })

  test("a mini program's code is not exchanged here", async () => {
    const sim = await startSimulator()
    expect((await sim.exchange('mini', await sim.code('mini', 'alice'))).errcode).toBe(40029)
  })
})

describe('who it is', () => {
  test('one person has one unionid and another openid in every app', async () => {
    const sim = await startSimulator()
    const logins = [await sim.login('pc', 'alice'), await sim.login('mp', 'alice'), await sim.login('app', 'alice')]
    expect(new Set(logins.map((login) => login.openid)).size).toBe(3)
    expect(new Set(logins.map((login) => login.unionid)).size).toBe(1)
    for (const id of logins.flatMap(({ openid, unionid }) => [openid, unionid])) expect(id).toMatch(/^o[\w-]{27}$/)
  })

  test('identifiers are the same after every start, and people differ', async () => {
    const [one, two] = [await startSimulator(), await startSimulator()]
    expect((await one.login('pc', 'alice')).openid).toBe((await two.login('pc', 'alice')).openid)
    expect((await one.login('pc', 'alice')).unionid).not.toBe((await one.login('pc', 'bob')).unionid)
    const { appid, secret } = await one.app('pc')
    expect(appid).toMatch(/^wx[0-9a-f]{16}$/)
    expect(secret).toMatch(/^[0-9a-f]{32}$/)
    expect(await two.app('pc')).toMatchObject({ appid, secret })
  })

  test('no unionid under snsapi_base, for an unbound app, or for a person without one', async () => {
    const sim = await startSimulator()
    expect(await sim.login('mp', 'alice', 'snsapi_base')).not.toHaveProperty('unionid')
    expect(await sim.login('pc', 'solo')).not.toHaveProperty('unionid')
    const before = await sim.login('mp2', 'alice')
    await sim.ordered('apps', { key: 'mp2', openPlatform: null })
    const unbound = await sim.login('mp2', 'alice')
    expect(unbound).not.toHaveProperty('unionid')
    expect(unbound.openid).toBe(before.openid)
  })

  test('another Open Platform account means another unionid and the same openid', async () => {
    const sim = await startSimulator()
    const before = await sim.login('pc', 'alice')
    await sim.ordered('apps', { key: 'pc', openPlatform: 'other' })
    const after = await sim.login('pc', 'alice')
    expect(after.openid).toBe(before.openid)
    expect(after.unionid).toMatch(/^o/)
    expect(after.unionid).not.toBe(before.unionid)
  })
})

describe('refreshing a token', () => {
  test('prolongs a living access token and replaces an expired one', async () => {
    const sim = await startSimulator()
    const { appid } = await sim.app('pc')
    const { access_token, refresh_token, openid } = await sim.login('pc', 'alice')
    const refresh = () => sim.sns('oauth2/refresh_token', { appid, grant_type: 'refresh_token', refresh_token })
    await sim.advance(110 * MINUTE)
    expect(await refresh()).toEqual({ access_token, expires_in: 7200, refresh_token, openid, scope: 'snsapi_login' })
    await sim.advance(110 * MINUTE)
    expect(await sim.sns('auth', { access_token, openid })).toEqual({ errcode: 0, errmsg: 'ok' })
    await sim.advance(11 * MINUTE)
    const renewed = await refresh()
    expect(renewed.access_token).not.toBe(access_token)
    expect(await sim.sns('userinfo', { access_token: renewed.access_token, openid })).toHaveProperty('nickname')
  })

  test('checks its parameters in a fixed order, and ends after 30 days', async () => {
    const sim = await startSimulator()
    const { appid } = await sim.app('pc')
    const { refresh_token } = await sim.login('pc', 'alice')
    const ask = async (params: Record<string, string>) => (await sim.sns('oauth2/refresh_token', params)).errcode
    const grant_type = 'refresh_token'
    expect(await ask({})).toBe(41002)
    expect(await ask({ appid: 'x' })).toBe(41003)
    expect(await ask({ appid: 'x', refresh_token: 'x' })).toBe(40002)
    expect(await ask({ appid: 'x', refresh_token: 'x', grant_type })).toBe(40013)
    expect(await ask({ appid, refresh_token: 'x', grant_type })).toBe(40030)
    expect(await ask({ appid: (await sim.app('mp')).appid, refresh_token, grant_type })).toBe(40030)
    await sim.advance(30 * 24 * 60 * MINUTE)
    expect(await ask({ appid, refresh_token, grant_type })).toBe(42002)
  })
})
