// Promise 3: a confirmation is collected once, by the browser that showed the code, and by no other.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newAttempt } from '../world/pc.js'
import { METHODS, startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const sessionsOf = async (accountId: string) =>
  (await world.node().store.read.sessions.ofAccount(accountId, world.now())).length

describe.each(METHODS)(
  'One confirmation makes at most one session, and only in the browser that showed the code (%s)',
  (method) => {
    test('of 50 attempts at the same moment one wins, the others are told that it is used', async () => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      const answers = await Promise.all(Array.from({ length: 50 }, () => pc.redeem(id)))
      const won = answers.filter(({ status }) => status === 200)
      expect(won).toHaveLength(1)
      expect(answers.filter(({ code }) => code === 'ticket_redeemed')).toHaveLength(49)
      const account = won[0]?.json<{ account: { id: string } }>().account.id ?? ''
      expect(await sessionsOf(account)).toBe(1)
    })

    test('50 times the same attempt at the same moment is one session', async () => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      const attempt = newAttempt()
      const answers = await Promise.all(Array.from({ length: 50 }, () => pc.redeem(id, attempt)))
      expect(answers.every(({ status }) => status === 200)).toBe(true)
      expect(new Set(answers.map(({ cookies }) => /saoma-session=([^;]+)/.exec(cookies.join())?.[1])).size).toBe(1)
      expect(await sessionsOf((await pc.me()).account.id)).toBe(1)
    })

    test('the same attempt again gets the same session for 60 s, and then no more', async () => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      const attempt = newAttempt()
      await pc.signIn(id, attempt)
      const first = await pc.me()
      world.advance(50_000)
      pc.browser.jar.delete('saoma-session')
      await pc.signIn(id, attempt)
      const again = await pc.me()
      expect(again.session.id).toBe(first.session.id)
      expect(await sessionsOf(first.account.id)).toBe(1)
      world.advance(11_000)
      expect(await pc.redeem(id, attempt)).toMatchObject({ status: 409, code: 'ticket_redeemed' })
      expect((await pc.me()).session.id).toBe(first.session.id)
    })

    test('an attempt repeated after a logout does not bring the session back', async () => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      const attempt = newAttempt()
      await pc.signIn(id, attempt)
      const secret = pc.browser.cookie('browser')
      await pc.logout()
      expect(await pc.redeem(id, attempt)).toMatchObject({ status: 404, code: 'ticket_unknown' })
      pc.browser.jar.set('saoma-browser', secret)
      expect(await pc.redeem(id, attempt)).toMatchObject({ status: 409, code: 'ticket_redeemed' })
      expect((await pc.session()).status).toBe(401)
    })

    test('another browser that knows the ticket and even the attempt gets nothing, before and after', async () => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      const thief = world.pc()
      await thief.begin(method)
      const attempt = newAttempt()
      expect(await thief.redeem(id, attempt)).toMatchObject({ status: 404, code: 'ticket_unknown' })
      await pc.signIn(id, attempt)
      expect(await thief.redeem(id, attempt)).toMatchObject({ status: 404, code: 'ticket_unknown' })
      expect((await thief.session()).status).toBe(401)
    })

    test('whatever is brought again afterwards makes no second session', async () => {
      const person = await world.wechat.newPerson()
      const { pc, id, begun, phone } = await world.confirmed(method, person)
      const { account } = await pc.signIn(id)
      if (phone) expect((await phone.confirm(id, begun.matchNumber)).json()).toEqual({ status: 'redeemed' })
      else await pc.arriveInFrame(await world.wechat.websiteScan(begun, person))
      expect(await pc.redeem(id)).toMatchObject({ status: 409, code: 'ticket_redeemed' })
      expect(await sessionsOf(account.id)).toBe(1)
    })
  },
)
