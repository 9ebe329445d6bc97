// WeChat's answer to a website login: who may log in, and what each failure is called.
import { describe, expect, test } from 'vitest'
import type { PlatformErrorKind } from '#server/core/ports.js'
import type { Reason } from '#shared/ticket.js'
import { platformError } from './fake-platform.js'
import { createWorld } from './world.js'

const ALICE = { openid: 'alice-pc', unionid: 'alice', nickname: 'Alice' }

describe('a website callback', () => {
  test('confirms at once: WeChat’s own page was the confirmation', async () => {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    await world.attach(id)
    world.wechat.says('c1', ALICE)
    const outcome = await world.arrive({ state, code: 'c1' })
    expect(outcome).toEqual({ status: 'confirmed', reason: null, purpose: 'website', ticketId: id })
    expect((await world.attach(id))?.ticket).toMatchObject({ status: 'confirmed', version: 2, scannedBy: null })
    expect(world.hints).toEqual([{ topic: 'ticket', id, version: 2 }])
    const row = (await world.rows('accounts'))[0]
    expect(row).toMatchObject({ nickname: 'Alice', nickname_source: 'pc', status: 'active' })
  })

  test('works when the page left for WeChat before it could attach, and remembers where to return', async () => {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    world.wechat.says('c1', ALICE)
    const returnToOf = (ticketId: string) => `/back?from=${ticketId === id}`
    expect(await world.arrive({ state, code: 'c1', returnToOf })).toMatchObject({ status: 'confirmed' })
    expect(await world.redeem(id)).toMatchObject({ returnTo: '/back?from=true' })
  })

  test('takes the unionid from the profile when the grant has none', async () => {
    const world = await createWorld()
    const { state } = world.beginWebsite()
    world.wechat.says('c1', { openid: 'alice-pc', profileUnionid: 'alice' })
    await world.arrive({ state, code: 'c1' })
    expect(await world.rows('unionids')).toMatchObject([{ platform: 'main', unionid: 'alice' }])
    expect(world.lines).toEqual([])
  })

  test('alarms the operator when an app of an Open Platform account tells no unionid', async () => {
    const world = await createWorld()
    const { state } = world.beginWebsite()
    world.wechat.says('c1', { openid: 'alice-pc' })
    expect(await world.arrive({ state, code: 'c1' })).toMatchObject({ status: 'confirmed' })
    const data = { app: 'pc', appid: 'wx-pc' }
    expect(world.lines).toEqual([{ level: 'warn', event: 'identity.unionid_missing', data }])
  })

  test('that arrives in the last second before the code expires still confirms', async () => {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    await world.attach(id)
    world.time.advance(599_999)
    world.wechat.says('c1', ALICE)
    expect(await world.arrive({ state, code: 'c1' })).toMatchObject({ status: 'confirmed' })
  })
})

describe('the person refuses', () => {
  test.each([
    ['no code at all', null],
    ['the old clients’ authdeny', 'authdeny'],
  ])('%s is a refusal: denied, and WeChat is not asked', async (_, code) => {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    await world.attach(id)
    expect(await world.arrive({ state, code })).toMatchObject({ status: 'denied', reason: 'refused_on_phone' })
    expect((await world.attach(id))?.ticket).toMatchObject({ status: 'denied', reason: 'refused_on_phone' })
    expect(world.wechat.calls.exchanges).toEqual([])
    expect(await world.count('accounts')).toEqual([0])
  })

  test('two people who both answer authdeny do not use up each other’s refusal', async () => {
    const world = await createWorld()
    for (const { state } of [world.beginWebsite(), world.beginWebsite()]) {
      expect(await world.arrive({ state, code: 'authdeny' })).toMatchObject({ status: 'denied' })
    }
  })
})

describe('promise 5: each failure ends the ticket with its reason', () => {
  const kinds: [PlatformErrorKind, Reason][] = [
    ['code_rejected', 'code_rejected'],
    ['unreachable', 'platform_unreachable'],
    ['nonsense', 'platform_unreachable'],
    ['limit', 'platform_busy'],
    ['config', 'misconfigured'],
    ['refused', 'refused_by_wechat'],
  ]
  test.each(kinds)('WeChat’s %s is %s', async (kind, reason) => {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    await world.attach(id)
    world.wechat.says('c1', platformError(kind))
    expect(await world.arrive({ state, code: 'c1' })).toMatchObject({ status: 'failed', reason })
    expect((await world.attach(id))?.ticket).toMatchObject({ status: 'failed', reason, version: 2 })
    expect(world.hints).toEqual([{ topic: 'ticket', id, version: 2 }])
    expect(world.wechat.calls.exchanges).toHaveLength(1)
    expect(await world.count('accounts', 'identities')).toEqual([0, 0])
  })

  test('an error that is not WeChat’s is interrupted, and the log says what it was', async () => {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    const error = new TypeError('a bug of ours')
    world.wechat.says('c1', error)
    expect(await world.arrive({ state, code: 'c1' })).toMatchObject({ status: 'failed', reason: 'interrupted' })
    expect(world.lines).toEqual([{ level: 'error', event: 'callback.broken', data: { ticket: id, error } }])
  })

  test('a snapshot user is not a person: failed, no profile is read and nothing is stored', async () => {
    const world = await createWorld()
    const { state } = world.beginWebsite()
    world.wechat.says('c1', { ...ALICE, snapshotUser: true })
    expect(await world.arrive({ state, code: 'c1' })).toMatchObject({ status: 'failed', reason: 'snapshot_user' })
    expect(world.wechat.calls.profiles).toBe(0)
    expect(await world.count('accounts', 'identities', 'unionids')).toEqual([0, 0, 0])
  })

  test('an openid tied to another unionid is needs_attention, and its account stays as it was', async () => {
    const world = await createWorld()
    await world.confirmedWebsite('alice')
    const before = [await world.rows('accounts'), await world.rows('identities'), await world.rows('unionids')]
    const { state } = world.beginWebsite()
    world.wechat.says('c2', { openid: 'alice-pc', unionid: 'bob', nickname: 'Bob' })
    expect(await world.arrive({ state, code: 'c2' })).toMatchObject({ status: 'failed', reason: 'needs_attention' })
    expect([await world.rows('accounts'), await world.rows('identities'), await world.rows('unionids')]).toEqual(before)
  })

  test('a disabled account is refused', async () => {
    const world = await createWorld()
    const blank = {
      mergedInto: null,
      nickname: '',
      avatarUrl: '',
      nicknameSource: null,
      nicknameAt: null,
      avatarSource: null,
      avatarAt: null,
    }
    await world.store.write(async (tx) => {
      await tx.accounts.insert({ id: 'acc_1', status: 'disabled', createdAt: 1, ...blank })
      await tx.identities.claimUnionid('main', 'alice' as never, 'acc_1')
    })
    const { state } = world.beginWebsite()
    world.wechat.says('c1', ALICE)
    expect(await world.arrive({ state, code: 'c1' })).toMatchObject({ status: 'failed', reason: 'account_disabled' })
    expect(await world.count('identities')).toEqual([0])
  })
})

test('promise 6: a database dump holds neither the state nor the code nor the browser’s secret', async () => {
  const world = await createWorld()
  const { id, state } = world.beginWebsite()
  world.wechat.says('a-code-of-wechat', ALICE)
  await world.arrive({ state, code: 'a-code-of-wechat' })
  const { sessionId } = await world.redeem(id, { attempt: 'attempt-of-the-page' })
  const dump = JSON.stringify(await world.dump())
  expect(dump).toContain(id)
  for (const secret of [state, 'a-code-of-wechat', world.browser, sessionId, 'attempt-of-the-page', 'token-of-']) {
    expect(dump).not.toContain(secret)
  }
})
