// A code that an app brings: once to WeChat, one session, and an end that can be named whatever dies meanwhile.
import { describe, expect, test } from 'vitest'
import { AppError } from '#server/core/errors.js'
import { BEAT_RESTS_MS } from '#server/core/ticket/lifetime.js'
import { platformError } from './fake-platform.js'
import { APPS, createWorld, PC, refusal, type World } from './world.js'

const MOBILE = { kind: 'mobile', appKey: 'app', attempt: 'attempt-0123456789', device: PC } as const
const MINI = { kind: 'miniprogram', appKey: 'mini', attempt: 'attempt-0123456789', device: PC } as const
const apps = [...Object.values(APPS), { ...APPS.mp, key: 'app', appid: 'wx-app', kind: 'mobile' as const }]
const start = () => createWorld({ apps })
const alice = { openid: 'alice-app', unionid: 'alice', nickname: 'Alice' }

/** What became of it, by the code of its error. */
const outcome = (world: World, input: Parameters<World['login']['loginWithCode']>[0]) =>
  refusal(world.login.loginWithCode(input))

describe('a login with a code', () => {
  test('is a bearer session of the app’s own method, and its account shows the profile', async () => {
    const world = await start()
    world.wechat.says('c1', alice)
    const { account, token, expiresAt } = await world.login.loginWithCode({ ...MOBILE, code: 'c1' })
    expect(account).toMatchObject({ nickname: 'Alice', status: 'active' })
    const [session] = await world.rows('sessions')
    expect(session).toMatchObject({ kind: 'bearer', method: 'mobile', app_key: 'app', expires_at: expiresAt })
    expect(JSON.stringify(await world.dump())).not.toContain(token)
  })

  test('of a mini program asks for no profile, and says so where the unionid is missing', async () => {
    const world = await start()
    world.wechat.says('c1', { openid: 'alice-mini' })
    await world.login.loginWithCode({ ...MINI, code: 'c1' })
    expect(world.wechat.calls.profiles).toBe(0)
    expect(world.lines.map(({ event }) => event)).toContain('identity.unionid_missing')
  })

  test('an app of another kind cannot be named', async () => {
    const world = await start()
    for (const appKey of ['pc', 'mp', 'mini', 'nobody']) {
      expect(await outcome(world, { ...MOBILE, appKey, code: 'c1' })).toBe('app_unknown')
    }
    expect(world.wechat.calls.exchanges).toEqual([])
  })
})

describe('promise 4: the same code twice is harmless', () => {
  test('who comes while WeChat is being asked waits and gets the same session', async () => {
    const world = await start()
    world.wechat.says('c1', alice)
    const release = world.wechat.holdNext()
    const first = world.login.loginWithCode({ ...MOBILE, code: 'c1' })
    await world.wechat.asked(1)
    const second = world.login.loginWithCode({ ...MOBILE, code: 'c1' })
    world.waiting.during = async () => release()
    expect(await second).toEqual(await first)
    expect(world.wechat.calls.exchanges).toEqual(['app:c1'])
    expect(await world.count('sessions', 'accounts')).toEqual([1, 1])
  })

  test('a minute later, or with another attempt, it is used', async () => {
    const world = await start()
    world.wechat.says('c1', alice)
    await world.login.loginWithCode({ ...MOBILE, code: 'c1' })
    expect(await outcome(world, { ...MOBILE, code: 'c1', attempt: 'another-0123456789' })).toBe('code_used')
    world.time.advance(59_999)
    expect(await outcome(world, { ...MOBILE, code: 'c1' })).toMatch(/^no refusal/)
    world.time.advance(1)
    expect(await outcome(world, { ...MOBILE, code: 'c1' })).toBe('code_used')
  })

  test('a failure is the same failure again, without asking WeChat again', async () => {
    const world = await start()
    world.wechat.says('c1', platformError('refused'))
    expect(await outcome(world, { ...MOBILE, code: 'c1' })).toBe('refused_by_wechat')
    expect(await outcome(world, { ...MOBILE, code: 'c1' })).toBe('refused_by_wechat')
    expect(world.wechat.calls.exchanges).toHaveLength(1)
    expect(await world.count('accounts', 'sessions')).toEqual([0, 0])
  })

  test('a code that a browser brought to another app’s callback is none of this app’s', async () => {
    const world = await start()
    const { state } = world.beginWebsite()
    world.wechat.says('c1', { openid: 'alice-pc', unionid: 'alice' })
    await world.arrive({ state, code: 'c1' })
    expect(await outcome(world, { ...MOBILE, code: 'c1' })).toBe('code_rejected')
  })
})

describe('when the server dies while WeChat is being asked', () => {
  test('the next request, at another node, waits for its beat, then the login has failed, and no late answer makes a session', async () => {
    const world = await start()
    world.wechat.says('c1', alice)
    const release = world.wechat.holdNext()
    const dying = outcome(world, { ...MOBILE, code: 'c1' })
    await world.wechat.asked(1)
    world.waiting.during = async () => world.time.advance(BEAT_RESTS_MS)
    const next = { ...world, login: world.node('key one') }
    expect(await outcome(next, { ...MOBILE, code: 'c1' })).toBe('login_failed')
    release()
    expect(await dying).toBe('login_failed')
    expect(await world.count('accounts', 'sessions')).toEqual([0, 0])
  })

  test('the sweep ends it as well', async () => {
    const world = await start()
    world.wechat.says('c1', alice)
    const release = world.wechat.holdNext()
    const dying = outcome(world, { ...MOBILE, code: 'c1' })
    await world.wechat.asked(1)
    expect(await world.node('key one').endInterrupted(true)).toBe(1)
    release()
    expect(await dying).toBe('login_failed')
    expect(await world.count('accounts', 'sessions')).toEqual([0, 0])
  })
})

test.each([
  ['code_rejected', 'code_rejected'],
  ['unreachable', 'platform_unreachable'],
  ['limit', 'platform_busy'],
  ['config', 'misconfigured'],
  ['refused', 'refused_by_wechat'],
  ['nonsense', 'platform_unreachable'],
] as const)('WeChat’s %s is told as %s', async (kind, code) => {
  const world = await start()
  world.wechat.says('c1', platformError(kind))
  expect(await outcome(world, { ...MINI, code: 'c1' })).toBe(code)
  expect(() => new AppError(code)).not.toThrow()
})

test('a snapshot user is never stored', async () => {
  const world = await start()
  world.wechat.says('c1', { ...alice, snapshotUser: true })
  expect(await outcome(world, { ...MOBILE, code: 'c1' })).toBe('refused_by_wechat')
  expect(await world.count('accounts')).toEqual([0])
})

test('needs attention: an openid with another unionid than before is let in nowhere', async () => {
  const world = await start()
  world.wechat.says('c1', alice)
  await world.login.loginWithCode({ ...MOBILE, code: 'c1' })
  world.wechat.says('c2', { ...alice, unionid: 'somebody else' })
  expect(await outcome(world, { ...MOBILE, code: 'c2' })).toBe('needs_attention')
})
