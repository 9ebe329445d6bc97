// The session that a login makes: its cookie, its end, and that it is never anybody else's choice.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../world/browser.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const DAY_MS = 24 * 3_600_000
const newPerson = () => world.wechat.newPerson()
const with43 = (char: string) => char.repeat(43)

describe('who is signed in', () => {
  test('is told together with the address that a browser may be sent to', async () => {
    const { pc } = await world.signedIn('website', await newPerson())
    const ask = (returnTo: string) => pc.browser.get(`/api/session?${new URLSearchParams({ returnTo })}`)
    expect((await ask('/orders?page=2#last')).json()).toMatchObject({ account: {}, returnTo: '/orders?page=2#last' })
    expect((await pc.session()).json()).not.toHaveProperty('returnTo')
  })

  test.each(['https://evil.example/', '//evil.example/', 'javascript:alert(1)', ''])(
    'an open redirect for who is signed in, to %j, is refused',
    async (returnTo) => {
      const { pc } = await world.signedIn('website', await newPerson())
      const answer = await pc.browser.get(`/api/session?${new URLSearchParams({ returnTo })}`)
      expect(answer).toMatchObject({ status: 400, code: 'return_to_refused' })
    },
  )
})

describe('the cookie', () => {
  test('is HttpOnly, SameSite=Lax, for the whole path and for no other host', async () => {
    const { pc, id } = await world.confirmed('website', await newPerson())
    const { cookies } = await pc.redeem(id)
    expect(cookies).toHaveLength(1)
    const [pair, ...attributes] = (cookies[0] ?? '').split('; ')
    expect(pair).toMatch(/^saoma-session=[A-Za-z0-9_-]{43}$/)
    expect(attributes.filter((attribute) => !attribute.startsWith('expires=')).sort()).toEqual([
      'httponly',
      'path=/',
      'samesite=lax',
    ])
  })

  test('is set by the redeem and by nothing else', async () => {
    const person = await newPerson()
    const pc = world.pc()
    const begun = await pc.begin('relay')
    const phone = world.phone(person)
    const answers: Answer[] = [
      await pc.read(begun.ticket.id),
      await phone.open(begun.ticket.id),
      await phone.confirm(begun.ticket.id, begun.matchNumber),
      await pc.session(),
      await pc.browser.get('/account'),
    ]
    expect(answers.flatMap(({ cookies }) => cookies).filter((line) => line.includes('session'))).toEqual([])
  })

  test('is new at every login, of the same person in the same browser too', async () => {
    const person = await newPerson()
    const first = await world.signedIn('website', person)
    const before = first.pc.browser.cookie('session')
    await world.signedIn('relay', person, first.pc)
    expect(first.pc.browser.cookie('session')).not.toBe(before)
  })

  test('shows nothing of itself in the answer: its id and its value are two things', async () => {
    const { pc } = await world.signedIn('website', await newPerson())
    const session = await pc.session()
    expect(session.text).not.toContain(pc.browser.cookie('session'))
    expect(session.headers.get('x-saoma-account')).toBe(session.json<{ account: { id: string } }>().account.id)
  })
})

describe('session fixation', () => {
  test('of 60 logins in one browser each has another id than every one before, and than what was planted', async () => {
    const [pc, people] = [world.pc(), [await newPerson(), await newPerson()]]
    const seen = new Set<string>()
    for (let round = 0; round < 60; round += 1) {
      if (round % 3 === 0) pc.browser.jar.set('saoma-session', with43(String.fromCharCode(65 + (round % 26))))
      if (round % 3 === 1) await pc.logout()
      const before = pc.browser.jar.get('saoma-session')
      await world.signedIn(round % 2 === 0 ? 'website' : 'relay', people[round % 2] ?? '', pc)
      const after = pc.browser.cookie('session')
      expect(after).not.toBe(before)
      seen.add(after)
    }
    expect(seen.size).toBe(60)
  }, 30_000)

  test('a planted value that is no session is not adopted', async () => {
    const pc = world.pc()
    pc.browser.jar.set('saoma-session', with43('A'))
    await world.signedIn('website', await newPerson(), pc)
    expect(pc.browser.cookie('session')).not.toBe(with43('A'))
    const attacker = world.pc()
    attacker.browser.jar.set('saoma-session', with43('A'))
    expect((await attacker.session()).status).toBe(401)
  })

  test('a planted session of the attacker’s does not become the victim’s: it ends', async () => {
    const attacker = await world.signedIn('website', await newPerson())
    const planted = attacker.pc.browser.cookie('session')
    const victim = world.pc()
    victim.browser.jar.set('saoma-session', planted)
    const { redeemed } = await world.signedIn('relay', await newPerson(), victim)
    expect(victim.browser.cookie('session')).not.toBe(planted)
    expect((await victim.me()).account.id).toBe(redeemed.account.id)
    expect((await attacker.pc.session()).status).toBe(401)
  })

  test('of two cookies of one name, one planted, neither counts', async () => {
    const { pc, redeemed } = await world.signedIn('website', await newPerson())
    const own = pc.browser.cookie('session')
    const cookie = (first: string, second: string) =>
      world.pc().browser.get('/api/session', { headers: { cookie: `saoma-session=${first}; saoma-session=${second}` } })
    expect((await cookie(with43('A'), own)).status).toBe(401)
    expect((await cookie(own, with43('A'))).status).toBe(401)
    expect((await pc.me()).account.id).toBe(redeemed.account.id)
  })
})

describe('its end', () => {
  test('logout kills it, on the server and in the browser', async () => {
    const { pc } = await world.signedIn('website', await newPerson())
    const value = pc.browser.cookie('session')
    expect((await pc.logout()).status).toBe(204)
    expect(pc.browser.jar.has('saoma-session')).toBe(false)
    pc.browser.jar.set('saoma-session', value)
    expect((await pc.session()).status).toBe(401)
  })

  test('requests under way at the logout do not bring it back', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { pc } = await world.signedIn('website', await newPerson())
      const value = pc.browser.cookie('session')
      // Old enough that every request writes its activity down.
      world.advance(6 * 60_000)
      const under = [pc.session(), pc.session(), pc.logout(), pc.session(), pc.session()]
      await Promise.all(under)
      pc.browser.jar.set('saoma-session', value)
      expect((await pc.session()).status).toBe(401)
    }
  })

  test('logging out in one browser leaves the person’s other one signed in', async () => {
    const person = await newPerson()
    const [one, other] = [await world.signedIn('website', person), await world.signedIn('relay', person)]
    await one.pc.logout()
    expect((await other.pc.session()).status).toBe(200)
  })

  test('the next login in a browser ends the session before it, and its page is told', async () => {
    const { pc } = await world.signedIn('website', await newPerson())
    const before = pc.browser.cookie('session')
    const live = await pc.socket()
    live.send({ type: 'session' })
    const { id } = await world.confirmed('relay', await newPerson(), pc)
    await pc.signIn(id)
    expect(await live.next()).toEqual({ type: 'session.ended', reason: 'ended' })
    const old = world.pc()
    old.browser.jar.set('saoma-session', before)
    expect((await old.session()).status).toBe(401)
    live.close()
  })

  test('a logout is told to every page of that browser', async () => {
    const { pc } = await world.signedIn('website', await newPerson())
    const pages = await Promise.all([pc.socket(), pc.socket()])
    for (const live of pages) live.send({ type: 'session' })
    await pc.session()
    await pc.logout()
    for (const live of pages) {
      expect(await live.next()).toMatchObject({ type: 'session.ended' })
      live.close()
    }
  })

  test('a page that nobody is signed in to is told so', async () => {
    const live = await world.pc().socket()
    live.send({ type: 'session' })
    expect(await live.next()).toEqual({ type: 'session.ended', reason: 'signed_out' })
    live.close()
  })

  test('after seven days without use, and after thirty in any case', async () => {
    const idle = await world.signedIn('website', await newPerson())
    const used = await world.signedIn('website', await newPerson())
    for (let day = 1; day < 30; day += 1) {
      world.advance(DAY_MS)
      expect((await used.pc.session()).status).toBe(200)
      if (day === 8) expect((await idle.pc.session()).status).toBe(401)
    }
    world.advance(DAY_MS)
    expect((await used.pc.session()).status).toBe(401)
  })
})
