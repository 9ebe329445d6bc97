// The waiting page: attaching gives a ticket its row, time and cancelling end it, and strangers learn nothing.
import { describe, expect, test } from 'vitest'
import { showCode } from './phone.js'
import { createWorld, PC } from './world.js'

async function beginRelay() {
  const world = await createWorld()
  const begun = world.login.begin({ method: 'relay', secret: world.browser, language: 'zh' })
  return { ...world, begun, id: begun.ticket.id }
}

describe('attach', () => {
  test('gives the ticket its row: where from, where to, until when', async () => {
    const { attach, id, rows, time } = await beginRelay()
    time.advance(5000)
    const watched = await attach(id)
    expect(watched?.ticket).toMatchObject({ id, status: 'pending', version: 1, serverTime: time.clock() })
    expect(watched?.ticket.expiresAt).toBe(time.clock() + 85_000)
    const [row] = await rows('tickets')
    expect(row).toMatchObject({ id, status: 'pending', return_to: '/home', app_key: 'mp', device: JSON.stringify(PC) })
  })

  test('writes nothing where WeChat sends the same browser back: the row waits for that, and knows as much', async () => {
    const { attach, arrive, beginWebsite, count, rows, wechat } = await createWorld()
    const { id, state } = beginWebsite()
    for (let i = 0; i < 3; i++) {
      expect((await attach(id))?.ticket).toMatchObject({ id, method: 'website', status: 'pending', version: 0 })
    }
    expect(await count('tickets')).toEqual([0])
    wechat.says('c1', { openid: 'alice-pc', unionid: 'alice' })
    await arrive({ state, code: 'c1', returnToOf: () => '/home' })
    expect((await attach(id))?.ticket).toMatchObject({ status: 'confirmed', version: 2 })
    const [row] = await rows('tickets')
    expect(row).toMatchObject({ id, return_to: '/home', app_key: 'pc', device: JSON.stringify(PC) })
  })

  test('again and from several tabs at once is the same ticket, with the same code and number', async () => {
    const { attach, id, begun, count } = await beginRelay()
    const watched = await Promise.all(Array.from({ length: 10 }, () => attach(id)))
    for (const one of watched) expect(one).toEqual({ ...watched[0] })
    expect(watched[0]).toMatchObject({ qrContent: begun.qrContent, matchNumber: begun.matchNumber })
    expect(await count('tickets')).toEqual([1])
  })

  test('promise 6: a photographed code cannot be attached to by another browser, whether it has a row or not', async () => {
    const { attach, id, count, anotherSecret } = await beginRelay()
    for (const secret of [anotherSecret(), null, '']) expect(await attach(id, secret)).toBeNull()
    expect(await count('tickets')).toEqual([0])
    await attach(id)
    for (const secret of [anotherSecret(), null, '']) expect(await attach(id, secret)).toBeNull()
  })

  test('to an id that we did not make answers like a foreign one and writes nothing', async () => {
    const { attach, id, count } = await beginRelay()
    for (const forged of ['', 'tkt_', `${id}A`, id.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))]) {
      expect(await attach(forged)).toBeNull()
    }
    expect(await count('tickets')).toEqual([0])
  })

  test('to a ticket whose time is up says so and writes no row', async () => {
    const { attach, id, count, time } = await beginRelay()
    time.advance(90_000)
    expect((await attach(id))?.ticket).toMatchObject({ status: 'expired', version: 0 })
    expect(await count('tickets')).toEqual([0])
  })

  test('after the operator removed the app is unknown instead of guessed at', async () => {
    const { id, browser, beginWebsite } = await beginRelay()
    const { login } = await createWorld({ apps: [] })
    for (const ticketId of [id, beginWebsite().id]) {
      expect(await login.attach({ ticketId, secret: browser, device: PC, returnTo: '/' })).toBeNull()
    }
  })
})

describe('time', () => {
  test('ends what has no row, at its last millisecond: who waits is told, and nothing is written', async () => {
    const { attach, beginWebsite, cancel, count, login, time } = await createWorld()
    const { id } = beginWebsite()
    await attach(id)
    time.advance(599_999)
    expect(await login.views([id])).toEqual([])
    time.advance(1)
    const ended = { id, status: 'expired', version: 0, reason: null }
    expect(await login.views([id, 'tkt_', 'nobody'])).toMatchObject([{ ticket: ended, qrContent: null }])
    expect((await attach(id))?.ticket).toMatchObject(ended)
    expect(await cancel(id)).toBe(true)
    expect(await count('tickets')).toEqual([0])
  })

  test('ends an unscanned code at its last millisecond, once, and tells who waits', async () => {
    const { attach, id, time, hints, login } = await beginRelay()
    await attach(id)
    time.advance(89_999)
    expect((await attach(id))?.ticket.status).toBe('pending')
    time.advance(1)
    const seen = await Promise.all([attach(id), attach(id), login.views([id])])
    expect(seen[0]?.ticket).toMatchObject({ status: 'expired', version: 2, reason: null })
    expect(seen[1]?.ticket.status).toBe('expired')
    expect(seen[2]).toMatchObject([{ ticket: { id, status: 'expired', version: 2 }, qrContent: null }])
    expect(hints).toEqual([{ topic: 'ticket', id, version: 2 }])
  })

  test('a renewed code is a new ticket of the same browser; the old one stays expired', async () => {
    const world = await beginRelay()
    await world.attach(world.id)
    world.time.advance(90_000)
    const renewed = await showCode(world)
    expect(renewed.id).not.toBe(world.id)
    expect((await world.attach(renewed.id))?.ticket.status).toBe('pending')
    expect((await world.attach(world.id))?.ticket.status).toBe('expired')
  })

  test('does not end a website code before ten minutes, because WeChat’s page renews it under the same state', async () => {
    const { beginWebsite, attach, time } = await createWorld()
    const { id } = beginWebsite()
    await attach(id)
    time.advance(599_999)
    expect((await attach(id))?.ticket.status).toBe('pending')
    time.advance(1)
    expect((await attach(id))?.ticket.status).toBe('expired')
  })
})

describe('views', () => {
  test('answers for the tickets that have rows and no others', async () => {
    const world = await createWorld()
    const [one, other] = [await showCode(world), await showCode(world)]
    const unattached = world.beginWebsite()
    const views = await world.login.views([one.id, unattached.id, other.id, 'tkt_junk'])
    expect(views.map(({ ticket }) => ticket.id).sort()).toEqual([one.id, other.id].sort())
    expect(await world.login.views([])).toEqual([])
  })
})

describe('cancel', () => {
  test('ends the ticket with a reason, and again is harmless', async () => {
    const { attach, cancel, id, hints } = await beginRelay()
    await attach(id)
    expect(await cancel(id)).toBe(true)
    expect(await cancel(id)).toBe(true)
    expect((await attach(id))?.ticket).toMatchObject({ status: 'expired', reason: 'cancelled', version: 2 })
    expect(hints).toEqual([{ topic: 'ticket', id, version: 2 }])
  })

  test('before the page attached is remembered, so that the code is dead all the same', async () => {
    const { attach, cancel, id } = await beginRelay()
    expect(await cancel(id)).toBe(true)
    expect((await attach(id))?.ticket).toMatchObject({ status: 'expired', reason: 'cancelled' })
  })

  test('by another browser is refused and changes nothing', async () => {
    const { attach, cancel, id, anotherSecret } = await beginRelay()
    await attach(id)
    for (const secret of [anotherSecret(), null]) expect(await cancel(id, secret)).toBe(false)
    expect((await attach(id))?.ticket.status).toBe('pending')
  })

  test('promise 2: a confirmed login is never lost, not even by a page that cancels while it closes', async () => {
    const world = await createWorld()
    const id = await world.confirmedWebsite('alice')
    expect(await world.cancel(id)).toBe(true)
    expect((await world.attach(id))?.ticket.status).toBe('confirmed')
    await expect(world.redeem(id)).resolves.toMatchObject({ account: { nickname: 'alice' } })
  })
})
