// Promise 2, as far as one process can show it; `kill -9` is in killed.test.ts, a Redis outage in redis-outage.test.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { METHODS, startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

describe.each(METHODS)(
  'A confirmed login is never lost: not by a restart, `kill -9`, a dropped socket, a sleeping laptop or a Redis outage (%s)',
  (method) => {
    test('a restart: the page that comes back redeems it', async () => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      await world.restart()
      expect((await pc.ticket(id)).ticket.status).toBe('confirmed')
      await pc.signIn(id)
      expect((await pc.session()).status).toBe(200)
    })

    test('a restart between the redeem and its answer: the same attempt gets the session', async () => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      const attempt = 'the-same-attempt-again'
      await pc.signIn(id, attempt)
      const lost = pc.browser.cookie('session')
      pc.browser.jar.delete('saoma-session')
      await world.restart()
      await pc.signIn(id, attempt)
      expect(pc.browser.cookie('session')).toBe(lost)
      expect((await pc.session()).status).toBe(200)
    })

    test('a dropped socket: the next one is told at once', async () => {
      const person = await world.wechat.newPerson()
      const pc = world.pc()
      const begun = await pc.begin(method)
      const dropped = await pc.watch(begun.ticket.id)
      await dropped.until('pending')
      dropped.close()
      await dropped.closed
      if (method === 'website') await pc.arriveInFrame(await world.wechat.websiteScan(begun, person))
      else {
        const phone = world.phone(person)
        await phone.scan(begun.ticket.id)
        await phone.confirm(begun.ticket.id, begun.matchNumber)
      }
      const next = await pc.watch(begun.ticket.id)
      await next.until('confirmed')
      next.close()
      await pc.signIn(begun.ticket.id)
    })

    test('a laptop that sleeps for eight hours', async () => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      world.advance(8 * 3_600_000)
      const live = await pc.watch(id)
      await live.until('confirmed')
      live.close()
      await pc.signIn(id)
      expect((await pc.me()).session.method).toBe(method)
    })

    test('nobody there for a day: then, and only then, it says that it has expired', async () => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      world.advance(24 * 3_600_000 + 1)
      expect(await pc.redeem(id)).toMatchObject({ status: 410, code: 'ticket_expired' })
    })
  },
)

test('a page that cannot use sockets learns the same by polling', async () => {
  const pc = world.pc()
  const person = await world.wechat.newPerson()
  const begun = await pc.begin('relay')
  const { id } = begun.ticket
  const seen = [(await pc.ticket(id)).ticket.status]
  const phone = world.phone(person)
  await phone.scan(id)
  seen.push((await pc.ticket(id)).ticket.status)
  await phone.confirm(id, begun.matchNumber)
  seen.push((await pc.ticket(id)).ticket.status)
  await pc.signIn(id)
  seen.push((await pc.ticket(id)).ticket.status)
  expect(seen).toEqual(['pending', 'scanned', 'confirmed', 'redeemed'])
})
