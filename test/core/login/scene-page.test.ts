// `scene`: the page behind the reply. WeChat says again who opens it, and it must be whom it pushed.
import { describe, expect, test } from 'vitest'
import { platformError } from './fake-platform.js'
import { createPhone, wrong } from './phone.js'
import { SOLO, start } from './scene.js'
import { PC, refusal } from './world.js'

describe('the page behind the reply', () => {
  test('opens for nobody before the scan', async () => {
    const world = await start()
    const { id } = await world.shown()
    expect(await refusal(createPhone(world).open(id))).toBe('ticket_unknown')
  })

  test('knows a follower’s unionid, and asks for nothing but the number', async () => {
    const world = await start()
    const { id, number } = await world.shown()
    const phone = createPhone(world)
    await world.scan(id, 'alice')
    world.wechat.follower('alice-mp', 'alice')
    expect(await phone.scan(id, { openid: 'alice-mp' })).toMatchObject({ status: 'scanned' })
    expect(await phone.question(id)).toMatchObject({ needsExplicit: null, device: PC })
    expect(await world.count('accounts')).toEqual([0])
    expect(await phone.confirm(id, number)).toBe('confirmed')
    expect(await world.rows('unionids')).toMatchObject([{ unionid: 'alice' }])
  })

  test('without user/info asks for consent, and goes on with that', async () => {
    const world = await start()
    const { id, number } = await world.shown()
    const phone = createPhone(world)
    await world.scan(id, 'alice')
    world.wechat.follower('alice-mp', platformError('unreachable'))
    await phone.scan(id, { openid: 'alice-mp' })
    expect((await phone.question(id)).needsExplicit).toContain('snsapi_userinfo')
    expect(await refusal(phone.confirm(id, number))).toBe('explicit_required')
    await phone.consent(id, { openid: 'alice-mp', unionid: 'alice', nickname: 'Alice' })
    expect(await phone.confirm(id, number)).toBe('confirmed')
    expect((await world.redeem(id)).account.nickname).toBe('Alice')
  })

  test('refused, leaves no account', async () => {
    const world = await start()
    const { id } = await world.shown()
    const phone = createPhone(world)
    await world.scan(id, 'alice')
    await phone.scan(id, { openid: 'alice-mp', unionid: 'alice' })
    expect(await phone.deny(id)).toBe('denied')
    expect(await world.count('accounts', 'identities')).toEqual([0, 0])
  })

  test('attack: another openid opens the reply’s link: the visitor learns that it is taken, the scanner goes on', async () => {
    const world = await start()
    const { id, number } = await world.shown()
    await world.scan(id, 'alice')
    const before = await world.ticket(id)
    const thief = createPhone(world, world.anotherSecret())
    expect(await refusal(thief.scan(id, { openid: 'mallory-mp', unionid: 'mallory' }))).toBe('scanned_elsewhere')
    expect(await thief.scan(id, null)).toMatchObject({ status: 'failed', reason: 'refused_on_phone' })
    const rejected = await thief.scan(id, platformError('code_rejected'))
    expect(rejected).toMatchObject({ status: 'failed', reason: 'code_rejected' })
    expect(await world.ticket(id)).toEqual(before)
    expect(await refusal(thief.question(id))).toBe('ticket_unknown')
    expect(await refusal(thief.confirm(id, number))).toBe('ticket_unknown')
    expect(await refusal(thief.deny(id))).toBe('ticket_unknown')
    const phone = createPhone(world)
    world.wechat.follower('alice-mp', 'alice')
    await phone.scan(id, { openid: 'alice-mp' })
    expect(await refusal(thief.open(id))).toBe('scanned_elsewhere')
    expect(await phone.confirm(id, number)).toBe('confirmed')
  })

  test('attack: a consent of another person on the scanner’s phone confirms nothing', async () => {
    const world = await start()
    const { id, number } = await world.shown()
    const phone = createPhone(world)
    await world.scan(id, 'alice')
    await phone.scan(id, { openid: 'alice-mp' })
    expect(await refusal(phone.consent(id, { openid: 'mallory-mp', unionid: 'mallory' }))).toBe('scanned_elsewhere')
    expect(await refusal(phone.confirm(id, number))).toBe('explicit_required')
  })

  test('attack: a missing, empty or wrong match number; the third one is the end', async () => {
    const world = await start()
    const { id, number } = await world.shown()
    const phone = createPhone(world)
    await world.scan(id, 'alice')
    world.wechat.follower('alice-mp', 'alice')
    await phone.scan(id, { openid: 'alice-mp' })
    for (const given of [undefined, '', wrong(number)]) {
      expect(await refusal(phone.confirm(id, given))).toBe('match_number_wrong')
    }
    expect(await world.ticket(id)).toMatchObject({ status: 'failed', reason: 'match_number_wrong' })
    expect(await refusal(phone.confirm(id, number))).toBe('ticket_over')
    expect(await world.count('accounts')).toEqual([0])
  })

  test('a server that died while it asked who opens the link has ended that visit, and not the ticket', async () => {
    const world = await start()
    const { id } = await world.shown()
    await world.scan(id, 'alice')
    const phone = createPhone(world)
    const state = await phone.stateFrom(id)
    const release = world.wechat.holdNext()
    const lost = phone.arrive(state, { openid: 'alice-mp', scopes: ['snsapi_base'] })
    await world.wechat.asked(1)
    expect(await world.node('key one').endInterrupted(true)).toBe(1)
    expect(await world.ticket(id)).toMatchObject({ status: 'scanned', phoneHash: null })
    expect(await phone.scan(id, { openid: 'alice-mp' })).toMatchObject({ status: 'scanned' })
    const { version } = await world.ticket(id)
    release()
    await lost
    expect(await world.ticket(id)).toMatchObject({ status: 'scanned', proof: { openid: 'alice-mp' } })
    expect((await world.ticket(id)).version).toBeGreaterThanOrEqual(version)
  })

  test('an app of its own needs no unionid: whoever is known goes on at once', async () => {
    const world = await start()
    for (const needed of [true, false]) {
      const { id, number } = await world.shown(SOLO)
      const phone = createPhone(world, world.anotherSecret())
      await world.scan(id, 'alice', SOLO)
      await phone.scan(id, { openid: 'alice-solo' }, { app: SOLO })
      const { needsExplicit } = await phone.question(id)
      expect(needsExplicit !== null).toBe(needed)
      if (needed) {
        const state = world.stateOf(needsExplicit)
        await phone.arrive(state, { openid: 'alice-solo', nickname: 'A', scopes: ['snsapi_userinfo'] }, { app: SOLO })
      }
      expect(await phone.confirm(id, number)).toBe('confirmed')
    }
    expect(await world.count('accounts')).toEqual([1])
  })
})
