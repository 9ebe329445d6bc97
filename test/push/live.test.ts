import { afterEach, describe, expect, test } from 'vitest'
import { createWorld, pause, ticketOf, until, type World } from './world.js'

const worlds: World[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()))
})

async function world(...options: Parameters<typeof createWorld>) {
  const made = await createWorld(...options)
  worlds.push(made)
  return made
}

const QR = { content: 'https://id.example.cn/t/tkt_1', svg: '<svg/>' }

describe('watching a ticket', () => {
  test('tells it at once, with the code that came with attaching', async () => {
    const { truth, client } = await world()
    const ticket = truth.put('ann', ticketOf('tkt_1'), QR)
    const page = await client('ann')
    page.watch('tkt_1')
    expect(await page.next()).toEqual({ type: 'ticket', ticket, qr: QR })
  })

  test('tells every change that is hinted at, in order and without the code', async () => {
    const { truth, client, hint } = await world()
    truth.put('ann', ticketOf('tkt_1'), QR)
    const page = await client('ann')
    page.watch('tkt_1')
    await page.next()
    for (const status of ['scanned', 'confirmed', 'redeemed'] as const) {
      const ticket = truth.move('tkt_1', { status })
      hint(ticket)
      expect(await page.next()).toEqual({ type: 'ticket', ticket })
    }
  })

  test('a foreign ticket, an unknown one and a missing cookie get one and the same 4401', async () => {
    const { truth, client } = await world()
    truth.put('ann', ticketOf('tkt_1'))
    const pages = [await client('bob'), await client('ann'), await client('')]
    const ids = ['tkt_1', 'tkt_none', 'tkt_1']
    for (const [i, page] of pages.entries()) page.watch(ids[i] ?? '')
    const closings = await Promise.all(pages.map((page) => page.closed))
    expect(closings).toEqual(Array(3).fill({ code: 4401, reason: 'not yours' }))
    expect(pages.map((page) => page.queue)).toEqual([[], [], []])
  })

  test('a hint for a ticket that is still being attached tells a stranger nothing', async () => {
    const { truth, client, hint } = await world()
    truth.put('ann', ticketOf('tkt_1'))
    const [owner, stranger] = [await client('ann'), await client('bob')]
    owner.watch('tkt_1')
    await owner.next()
    let open = () => {}
    truth.attachGate = new Promise((resolve) => {
      open = resolve
    })
    stranger.watch('tkt_1')
    await until(() => truth.asked.attach.length === 2)
    hint(truth.move('tkt_1', { status: 'scanned' }))
    expect((await owner.ticket()).status).toBe('scanned')
    open()
    expect((await stranger.closed).code).toBe(4401)
    expect(stranger.queue).toEqual([])
  })

  test('a change during attaching is told right after it', async () => {
    const { truth, client, hint } = await world()
    truth.put('ann', ticketOf('tkt_1'))
    let open = () => {}
    truth.attachGate = new Promise((resolve) => {
      open = resolve
    })
    const page = await client('ann')
    page.watch('tkt_1')
    await until(() => truth.asked.attach.length === 1)
    hint(truth.move('tkt_1', { status: 'scanned' }))
    await pause(20)
    open()
    expect([(await page.ticket()).status, (await page.ticket()).status]).toEqual(['pending', 'scanned'])
  })

  test('nothing older than what was told is told, and nothing twice', async () => {
    const { truth, client, hint } = await world()
    truth.put('ann', ticketOf('tkt_1'))
    const page = await client('ann')
    page.watch('tkt_1')
    await page.next()
    const scanned = truth.move('tkt_1', { status: 'scanned' })
    hint(scanned)
    hint(scanned)
    await page.next()
    hint(scanned)
    await pause(20)
    expect(truth.asked.views).toHaveLength(1)
    truth.put('ann', ticketOf('tkt_1', { version: 1 }))
    hint({ ...scanned, version: 9 })
    await until(() => truth.asked.views.length === 2)
    hint(truth.put('ann', { ...scanned, status: 'confirmed', version: 10 }))
    expect((await page.ticket()).version).toBe(10)
    expect(page.queue).toEqual([])
  })

  test('an end that only time brought, at an unchanged version, is told', async () => {
    const { truth, client, hint } = await world()
    const ticket = truth.put('ann', ticketOf('tkt_1'))
    const page = await client('ann')
    page.watch('tkt_1')
    await page.next()
    truth.put('ann', { ...ticket, status: 'expired' })
    hint({ ...ticket, version: 2 })
    expect((await page.ticket()).status).toBe('expired')
  })

  test('hints of one turn are read together: twenty pages, one query', async () => {
    const { truth, client, hint } = await world()
    const pages = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        truth.put('ann', ticketOf(`tkt_${i}`))
        const page = await client('ann')
        page.watch(`tkt_${i}`)
        await page.next()
        return page
      }),
    )
    for (const [id] of truth.tickets) hint(truth.move(id, { status: 'scanned' }))
    for (const page of pages) expect((await page.ticket()).status).toBe('scanned')
    expect(truth.asked.views).toHaveLength(1)
    expect(truth.asked.views[0]).toHaveLength(20)
  })

  test('two pages of one browser are both told, and one may leave', async () => {
    const { truth, client, hint } = await world()
    truth.put('ann', ticketOf('tkt_1'))
    const [one, two] = [await client('ann'), await client('ann')]
    for (const page of [one, two]) {
      page.watch('tkt_1')
      await page.next()
    }
    hint(truth.move('tkt_1', { status: 'scanned' }))
    expect([(await one.ticket()).status, (await two.ticket()).status]).toEqual(['scanned', 'scanned'])
    one.ws.close()
    await one.closed
    hint(truth.move('tkt_1', { status: 'confirmed' }))
    expect((await two.ticket()).status).toBe('confirmed')
  })

  test('a further watch replaces the first, even while that is still being attached', async () => {
    const { truth, client, hint } = await world()
    truth.put('ann', ticketOf('tkt_1'))
    truth.put('ann', ticketOf('tkt_2'))
    const page = await client('ann')
    page.watch('tkt_1')
    page.watch('tkt_2')
    expect((await page.ticket()).id).toBe('tkt_2')
    hint(truth.move('tkt_1', { status: 'scanned' }))
    hint(truth.move('tkt_2', { status: 'scanned' }))
    expect((await page.ticket()).id).toBe('tkt_2')
    expect(truth.asked.views).toEqual([['tkt_2']])
    expect(page.queue).toEqual([])
  })
})

describe('without hints', () => {
  test('the safety net finds changes by itself, one query for all', async () => {
    const { truth, client } = await world({ timing: { safetyNet: 60 } })
    truth.put('ann', ticketOf('tkt_1'))
    truth.put('bob', ticketOf('tkt_2'))
    const [ann, bob] = [await client('ann'), await client('bob')]
    ann.watch('tkt_1')
    bob.watch('tkt_2')
    await Promise.all([ann.next(), bob.next()])
    truth.move('tkt_1', { status: 'scanned' })
    truth.move('tkt_2', { status: 'denied', reason: 'refused_on_phone' })
    expect([(await ann.ticket()).status, (await bob.ticket()).status]).toEqual(['scanned', 'denied'])
    expect(truth.asked.views.at(-1)?.toSorted()).toEqual(['tkt_1', 'tkt_2'])
  })

  test('a ticket is read again right after its end, long before the next round', async () => {
    const { truth, client } = await world({ timing: { safetyNet: 5_000 } })
    const ticket = truth.put('ann', ticketOf('tkt_1', { expiresAt: Date.now() + 150 }))
    const page = await client('ann')
    page.watch('tkt_1')
    await page.next()
    truth.put('ann', { ...ticket, status: 'expired', version: 2 })
    expect((await page.ticket()).status).toBe('expired')
    expect(Date.now() - ticket.expiresAt).toBeGreaterThanOrEqual(0)
    expect(Date.now() - ticket.expiresAt).toBeLessThan(500)
  })

  test('a store that is away tells the page nothing false, and the next round catches up', async () => {
    const { truth, client, hint } = await world({ timing: { safetyNet: 60 } })
    truth.put('ann', ticketOf('tkt_1'))
    truth.sessions.set('ses_1', 'ann')
    truth.failing = true
    const page = await client('ann')
    page.watch('tkt_1')
    page.send({ type: 'session' })
    await until(() => truth.asked.attach.length >= 2 && truth.asked.session >= 2)
    expect(page.queue).toEqual([])

    truth.failing = false
    expect((await page.ticket()).status).toBe('pending')
    truth.failing = true
    hint(truth.move('tkt_1', { status: 'scanned' }))
    await pause(150)
    expect(page.queue).toEqual([])
    truth.failing = false
    expect((await page.ticket()).status).toBe('scanned')
    expect(page.ws.readyState).toBe(page.ws.OPEN)
  })

  test('nothing is read once nothing is watched', async () => {
    const { truth, client } = await world({ timing: { safetyNet: 30 } })
    truth.put('ann', ticketOf('tkt_1'))
    const page = await client('ann')
    page.watch('tkt_1')
    await until(() => truth.asked.views.length > 0)
    page.ws.close()
    await page.closed
    await pause(50)
    const asked = truth.asked.views.length
    await pause(100)
    expect(truth.asked.views).toHaveLength(asked)
  })
})

describe('watching the session', () => {
  test('tells that it was ended elsewhere, on a hint', async () => {
    const { truth, client, bus } = await world()
    truth.sessions.set('ses_1', 'ann')
    truth.sessions.set('ses_2', 'bob')
    const [ann, bob] = [await client('ann'), await client('bob')]
    for (const page of [ann, bob]) page.send({ type: 'session' })
    await until(() => truth.asked.session === 2)
    bus.publish({ topic: 'session', id: 'ses_1' })
    await until(() => truth.asked.sessionsAlive.length === 1)
    truth.sessions.delete('ses_1')
    bus.publish({ topic: 'session', id: 'ses_1' })
    bus.publish({ topic: 'session', id: 'ses_unwatched' })
    expect(await ann.next()).toEqual({ type: 'session.ended', reason: 'ended' })
    expect(truth.asked.sessionsAlive).toEqual([['ses_1'], ['ses_1']])
    expect(bob.queue).toEqual([])
  })

  test('tells it without a hint, too', async () => {
    const { truth, client } = await world({ timing: { safetyNet: 40 } })
    truth.sessions.set('ses_1', 'ann')
    const page = await client('ann')
    page.send({ type: 'session' })
    await until(() => truth.asked.sessionsAlive.length > 0)
    truth.sessions.delete('ses_1')
    expect(await page.next()).toEqual({ type: 'session.ended', reason: 'ended' })
  })

  test('tells a page at once that there is none', async () => {
    const { client } = await world()
    const page = await client('ann')
    page.send({ type: 'session' })
    expect(await page.next()).toEqual({ type: 'session.ended', reason: 'signed_out' })
  })

  test('one socket may watch a ticket and the session', async () => {
    const { truth, client, hint } = await world({ timing: { lingerAfterEnd: 50 } })
    truth.sessions.set('ses_1', 'ann')
    truth.put('ann', ticketOf('tkt_1'))
    const page = await client('ann')
    page.send({ type: 'session' })
    page.watch('tkt_1')
    await page.next()
    hint(truth.move('tkt_1', { status: 'expired' }))
    expect((await page.ticket()).status).toBe('expired')
    await pause(120)
    expect(page.ws.readyState).toBe(page.ws.OPEN)
  })
})
