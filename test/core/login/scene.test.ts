// `scene`: the scan that WeChat pushes. Whoever scans first holds the ticket, and is told where to go on.
import { describe, expect, test } from 'vitest'
import { SCANNED_MS } from '#server/core/ticket/lifetime.js'
import { createPhone } from './phone.js'
import { known, OTHER, start } from './scene.js'
import { PUBLIC_URL } from './world.js'

const LINK = (id: string) => `<a href="${PUBLIC_URL}/t/${id}">`

describe('a scan', () => {
  test('of somebody unknown holds the ticket by openid, asks WeChat nothing and makes nobody', async () => {
    const { scan, shown, ticket, time, wechat, count } = await start()
    const { id } = await shown()
    time.advance(30_000)
    const reply = await scan(id, 'alice')
    expect(await ticket(id)).toMatchObject({
      status: 'scanned',
      proof: { openid: 'alice-mp', appid: 'wx-mp', unionid: null, profile: null },
      scannedBy: null,
      phoneHash: null,
      explicit: false,
      expiresAt: time.clock() + SCANNED_MS,
    })
    expect(wechat.codes.followers).toEqual([])
    expect(wechat.calls).toEqual({ exchanges: [], profiles: 0 })
    expect(await count('accounts', 'identities')).toEqual([0, 0])
    for (const said of ['Example', 'Firefox', 'Windows', 'Shanghai', '30 秒前', '30 s ago', LINK(id)]) {
      expect(reply).toContain(said)
    }
  })

  test('of somebody known tells the page who', async () => {
    const world = await start()
    await known(world, 'alice')
    const { id } = await world.shown()
    await world.scan(id, 'alice')
    expect(await world.ticket(id)).toMatchObject({ status: 'scanned', scannedBy: { nickname: 'alice' } })
  })

  test('WeChat’s second and third delivery get the same answer and move nothing', async () => {
    const { scan, shown, ticket, hints } = await start()
    const { id } = await shown()
    const replies = await Promise.all([scan(id, 'alice'), scan(id, 'alice'), scan(id, 'alice')])
    expect(new Set(replies)).toEqual(new Set([replies[0]]))
    expect((await ticket(id)).version).toBe(3)
    expect(hints.filter((hint) => hint.topic === 'ticket' && hint.version === 3)).toHaveLength(1)
  })

  test('attack: a second scanner never displaces the first, nor do forty-nine at the same moment', async () => {
    const { scan, shown, ticket } = await start()
    const { id } = await shown()
    const replies = await Promise.all(Array.from({ length: 50 }, (_, index) => scan(id, `p${index}`)))
    const held = replies.flatMap((reply, index) => (reply?.includes(LINK(id)) ? [index] : []))
    expect(held).toHaveLength(1)
    expect((await ticket(id)).proof?.openid).toBe(`p${held[0]}-mp`)
    expect(replies.filter((reply) => reply?.includes('Somebody else'))).toHaveLength(49)
    expect((await ticket(id)).version).toBe(3)
  })

  test('attack: a forged scene of another app, of another method, or of nobody, is nobody’s', async () => {
    const world = await start()
    const { id } = await world.shown()
    const relay = world.login.begin({ method: 'relay', appKey: 'mp', secret: world.browser, language: 'zh' })
    await world.attach(relay.ticket.id)
    expect(await world.scan(id, 'alice', OTHER)).toBeNull()
    for (const scene of [relay.ticket.id, '', 'campaign-7', `${id}A`, `tkt_${'A'.repeat(60)}`]) {
      expect(await world.scan(scene, 'alice')).toBeNull()
    }
    expect(await world.ticket(id)).toMatchObject({ status: 'pending', version: 2 })
    expect(await world.ticket(relay.ticket.id)).toMatchObject({ status: 'pending', version: 1 })
  })

  test('of a code that nobody attached to, or whose time is up, is told so', async () => {
    const { scan, begin, shown, ticket, time } = await start()
    expect(await scan(begin().ticket.id, 'alice')).toContain('no longer valid')
    const { id } = await shown()
    time.advance(90_000)
    expect(await scan(id, 'alice')).toContain('no longer valid')
    expect((await ticket(id)).status).toBe('expired')
  })

  test('is good for two minutes', async () => {
    const { scan, shown, attach, time } = await start()
    const { id } = await shown()
    await scan(id, 'alice')
    time.advance(SCANNED_MS - 1)
    expect((await attach(id))?.ticket.status).toBe('scanned')
    time.advance(1)
    expect((await attach(id))?.ticket.status).toBe('expired')
  })

  test('attack: replayed after the end, it changes nothing, and tells only the person who logged in of that', async () => {
    const world = await start()
    const { id, number } = await world.shown()
    const phone = createPhone(world)
    await world.scan(id, 'alice')
    world.wechat.follower('alice-mp', 'alice')
    await phone.scan(id, { openid: 'alice-mp' })
    await phone.confirm(id, number)
    for (const step of ['confirmed', 'redeemed']) {
      if (step === 'redeemed') await world.redeem(id)
      const before = await world.ticket(id)
      expect(before.status).toBe(step)
      expect(await world.scan(id, 'alice')).toContain('You are logged in')
      expect(await world.scan(id, 'mallory')).toContain('Somebody else')
      expect(await world.ticket(id)).toEqual(before)
    }
    const refused = await world.shown()
    await world.scan(refused.id, 'alice')
    await phone.scan(refused.id, { openid: 'alice-mp' })
    await phone.deny(refused.id)
    expect(await world.scan(refused.id, 'alice')).toContain('no longer valid')
    expect(await world.ticket(refused.id)).toMatchObject({ status: 'denied', reason: 'refused_on_phone' })
  })
})
