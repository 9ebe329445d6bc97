// The same callback more than once, at the same time, or cut off in the middle.
import { describe, expect, test } from 'vitest'
import { endOfTicket } from '#server/core/login/resolve.js'
import { createPhone, showCode } from './phone.js'
import { APPS, createWorld, PC, refusal } from './world.js'

const ALICE = { openid: 'alice-pc', unionid: 'alice', nickname: 'Alice' }

describe('promise 4: the same WeChat callback twice is harmless', () => {
  test('at the same time: the code reaches WeChat once, and both visitors see the same result', async () => {
    const world = await createWorld()
    const { state } = world.beginWebsite()
    world.wechat.says('c1', ALICE)
    const release = world.wechat.holdNext()
    const arrivals = Array.from({ length: 10 }, () => world.arrive({ state, code: 'c1' }))
    await world.wechat.asked(1)
    world.waiting.during = async () => release()
    const outcomes = await Promise.all(arrivals)
    expect(new Set(outcomes.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(outcomes[0]).toMatchObject({ status: 'confirmed' })
    expect(world.waiting.times).toBeGreaterThan(0)
    expect(world.wechat.calls).toEqual({ exchanges: ['pc:c1'], profiles: 1 })
    expect(await world.count('accounts', 'callbacks')).toEqual([1, 1])
  })

  test('later: the first outcome again, even with another code, even when the login has moved on', async () => {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    world.wechat.says('c1', ALICE)
    const first = await world.arrive({ state, code: 'c1' })
    await world.redeem(id)
    for (const code of ['c1', 'c2', null, 'authdeny']) expect(await world.arrive({ state, code })).toEqual(first)
    world.time.advance(700_000)
    expect(await world.arrive({ state, code: 'c1' })).toEqual(first)
    expect(world.wechat.calls.exchanges).toEqual(['pc:c1'])
  })

  test('a failure is as final as a success: the code is not tried again', async () => {
    const world = await createWorld()
    const { state } = world.beginWebsite()
    const first = await world.arrive({ state, code: 'unknown-code' })
    expect(first).toMatchObject({ status: 'failed', reason: 'code_rejected' })
    world.wechat.says('unknown-code', ALICE)
    expect(await world.arrive({ state, code: 'unknown-code' })).toEqual(first)
    expect(world.wechat.calls.exchanges).toHaveLength(1)
  })

  test('in another browser it is refused, even though its outcome is known', async () => {
    const world = await createWorld()
    const { state } = world.beginWebsite()
    world.wechat.says('c1', ALICE)
    await world.arrive({ state, code: 'c1' })
    const stolen = world.arrive({ state, code: 'c1', browserSecret: world.anotherSecret() })
    expect(await refusal(stolen)).toBe('state_invalid')
  })

  test('one code under two states at the same time reaches WeChat once; the loser is told that it was used', async () => {
    const world = await createWorld()
    const [one, other] = [world.beginWebsite(), world.beginWebsite()]
    world.wechat.says('c1', ALICE)
    const arrivals = [one, other].map(({ state }) => world.arrive({ state, code: 'c1' }))
    const results = await Promise.all(arrivals.map(async (arrival) => arrival.catch((error) => error.code)))
    expect(results).toContainEqual(expect.objectContaining({ status: 'confirmed' }))
    expect(results).toContain('code_used')
    expect(world.wechat.calls.exchanges).toHaveLength(1)
  })
})

describe('while WeChat is being asked', () => {
  test('the page cancels: no account is left behind, and the outcome says cancelled', async () => {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    world.wechat.says('c1', ALICE)
    const release = world.wechat.holdNext()
    const arrival = world.arrive({ state, code: 'c1' })
    await world.wechat.asked(1)
    await world.cancel(id)
    release()
    expect(await arrival).toMatchObject({ status: 'expired', reason: 'cancelled' })
    expect(await world.count('accounts', 'identities', 'unionids')).toEqual([0, 0, 0])
    expect(await world.arrive({ state, code: 'c1' })).toMatchObject({ status: 'expired', reason: 'cancelled' })
  })

  test('the ticket’s time ends: no account is left behind', async () => {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    await world.attach(id)
    world.time.advance(599_000)
    world.wechat.says('c1', ALICE)
    const release = world.wechat.holdNext()
    const arrival = world.arrive({ state, code: 'c1' })
    await world.wechat.asked(1)
    world.time.advance(1000)
    release()
    expect(await arrival).toMatchObject({ status: 'expired', reason: null })
    expect((await world.attach(id))?.ticket.status).toBe('expired')
    expect(await world.count('accounts', 'identities', 'unionids')).toEqual([0, 0, 0])
  })

  test('the page cancels a relay scan: the ticket stays cancelled and nobody is shown as scanner', async () => {
    const world = await createWorld()
    const { id } = await showCode(world)
    const state = await createPhone(world).stateFrom(id)
    const release = world.wechat.holdNext()
    const arrival = createPhone(world).arrive(state, { openid: 'alice-mp', unionid: 'alice', nickname: 'Alice' })
    await world.wechat.asked(1)
    await world.cancel(id)
    release()
    expect(await arrival).toMatchObject({ status: 'expired', reason: 'cancelled' })
    expect((await world.attach(id))?.ticket).toMatchObject({ status: 'expired', scannedBy: null })
  })
})

describe('promise 5: a server that died while WeChat was being asked ends the login as interrupted', () => {
  /** A callback whose server will never answer. */
  async function diedDuringExchange() {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    await world.attach(id)
    world.wechat.says('c1', ALICE)
    const release = world.wechat.holdNext()
    const dead = world.arrive({ state, code: 'c1' })
    await world.wechat.asked(1)
    return { world, id, state, release, dead }
  }
  const interrupted = { status: 'failed', reason: 'interrupted' }

  test('at the next start, at once', async () => {
    const { world, id, state, release, dead } = await diedDuringExchange()
    expect(await world.node('key one').endInterrupted(true)).toBe(1)
    expect((await world.attach(id))?.ticket).toMatchObject(interrupted)
    expect(world.hints).toEqual([{ topic: 'ticket', id, version: 2 }])
    expect(await world.arrive({ state, code: 'c1' })).toMatchObject(interrupted)
    // Had it only been slow: its late answer changes nothing and makes no account.
    release()
    expect(await dead).toMatchObject(interrupted)
    expect(await world.count('accounts')).toEqual([0])
    expect(await world.node('key one').endInterrupted(true)).toBe(0)
  })

  test('while another node runs, only once its beat has rested: a slow exchange is not a dead one', async () => {
    const { world, id, release, dead } = await diedDuringExchange()
    const other = world.node('key one')
    for (const slow of [1, 2, 3, 4, 5]) {
      await world.login.beat()
      expect(await other.endInterrupted(false), `look ${slow}`).toBe(0)
      world.time.advance(2_499)
    }
    expect(await other.endInterrupted(false)).toBe(0)
    expect((await world.attach(id))?.ticket.status).toBe('pending')
    world.time.advance(1)
    expect(await other.endInterrupted(false)).toBe(1)
    expect((await world.attach(id))?.ticket).toMatchObject(interrupted)
    release()
    await dead
  })

  test('a node never ends what it is working on itself, however slow', async () => {
    const { world, release, dead } = await diedDuringExchange()
    for (const _look of [1, 2, 3]) {
      expect(await world.login.endInterrupted(false)).toBe(0)
      world.time.advance(60_000)
    }
    release()
    expect(await dead).toMatchObject({ status: 'confirmed' })
  })

  test('a node whose clock is ten minutes ahead or behind is neither dead nor the judge of others', async () => {
    for (const skew of [600_000, -600_000]) {
      const { world, release, dead } = await diedDuringExchange()
      world.time.advance(skew)
      expect(await world.node('key one').endInterrupted(false)).toBe(0)
      release()
      expect(await dead).toMatchObject({ status: skew < 0 ? 'confirmed' : 'expired' })
    }
  })

  test('for a visitor who waits at another node: not for ever', async () => {
    const { world, state, release, dead } = await diedDuringExchange()
    world.waiting.during = async () => world.time.advance(500)
    const input = { state, code: 'c1', browserSecret: world.browser, phoneSecret: null }
    const rest = { app: APPS.pc, device: PC, returnToOf: () => '/' }
    expect(await world.node('key one').callback({ ...input, ...rest })).toMatchObject(interrupted)
    expect(world.waiting.times).toBe(5)
    release()
    expect(await dead).toMatchObject(interrupted)
  })

  test('promise 2: what had been confirmed before the crash is untouched by the clean-up', async () => {
    const world = await createWorld()
    const id = await world.confirmedWebsite('alice')
    expect(await world.node('key one').endInterrupted(true)).toBe(0)
    // Not even a callback that is found unfinished, whatever became of its ticket, ends that.
    expect(await world.store.write((tx) => endOfTicket(tx, id, null, 'failed', 'interrupted'))).toBeNull()
    await expect(world.redeem(id)).resolves.toMatchObject({ account: { nickname: 'alice' } })
  })

  test('and what the same phone has achieved by opening the code once more goes on', async () => {
    const world = await createWorld()
    const { id, number } = await showCode(world)
    const phone = createPhone(world)
    const state = await phone.stateFrom(id)
    const release = world.wechat.holdNext()
    const dead = phone.arrive(state, { openid: 'alice-mp', unionid: 'alice', scopes: ['snsapi_base'] })
    await world.wechat.asked(1)
    await phone.scan(id, { openid: 'alice-mp', unionid: 'alice' })
    expect(await world.node('key one').endInterrupted(true)).toBe(1)
    expect((await phone.question(id)).status).toBe('scanned')
    expect(await phone.confirm(id, number)).toBe('confirmed')
    release()
    await dead
  })

  test('but no phone’s lost callback ends what another phone has scanned meanwhile', async () => {
    const world = await createWorld()
    const { id } = await showCode(world)
    const slow = createPhone(world, 'B'.repeat(43))
    const state = await slow.stateFrom(id)
    const release = world.wechat.holdNext()
    const dead = slow.arrive(state, { openid: 'bob-mp', scopes: ['snsapi_base'] })
    await world.wechat.asked(1)
    const first = createPhone(world)
    await first.scan(id, { openid: 'alice-mp' })
    expect((await first.question(id)).status).toBe('scanned')
    expect(await world.node('key one').endInterrupted(true)).toBe(1)
    expect((await first.question(id)).status).toBe('scanned')
    release()
    expect(await refusal(dead)).toBe('scanned_elsewhere')
  })
})
