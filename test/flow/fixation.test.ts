// Attacks that want a victim's confirmation to end in the attacker's browser. Each is tried black-box, and WeChat's
// count of calls says that nothing was exchanged for it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer, Browser } from '../world/browser.js'
import type { Pc } from '../world/pc.js'
import { startWorld, type World } from '../world.js'

let world: World
let upstreamBefore = 0
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  upstreamBefore = await world.wechat.upstream()
})

const asked = async () => (await world.wechat.upstream()) - upstreamBefore
const parts = (callback: string) => {
  const { pathname, searchParams } = new URL(callback)
  return { path: pathname, code: searchParams.get('code'), state: searchParams.get('state') }
}
/** What a browser without script, and then the page's script, would do at WeChat's return. */
async function arrives(browser: Browser, callback: string): Promise<Answer[]> {
  const { path, code, state } = parts(callback)
  return [await browser.get(callback), await browser.post(path, { code, state })]
}
const statusOf = async (pc: Pc, id: string) => (await pc.ticket(id)).ticket.status

describe('login fixation by website: the attacker sends the victim WeChat’s plain link', () => {
  test.each([
    ['no cookie of ours', false],
    ['cookies and a login of their own', true],
  ])('the victim, with %s, allows it: the attacker’s ticket stays pending, nothing is exchanged', async (_, hasOwn) => {
    const attacker = world.pc()
    const begun = await attacker.begin('website')
    await attacker.ticket(begun.ticket.id)
    const victim = world.pc()
    if (hasOwn) await victim.begin('website')
    const scan = await world.wechat.websiteScan(begun, await world.wechat.newPerson())

    const [page, posted] = await arrives(victim.browser, scan.callback)
    if (hasOwn) expect(page).toMatchObject({ status: 400, code: 'state_invalid' })
    else expect(page).toMatchObject({ status: 200, location: null, cookies: [] })
    expect(posted).toMatchObject({ status: 400, code: 'state_invalid' })
    expect(await asked()).toBe(0)
    expect(await statusOf(attacker, begun.ticket.id)).toBe('pending')
    expect(await attacker.redeem(begun.ticket.id)).toMatchObject({ status: 409, code: 'ticket_not_confirmed' })
    expect((await victim.session()).status).toBe(401)
  })
})

describe('login fixation by relay: the attacker opens the code himself and sends the victim what it leads to', () => {
  test.each([
    ['no cookie of ours', false],
    ['a phone cookie of their own', true],
  ])('the victim, with %s, allows it: the attacker’s ticket stays pending, nothing is exchanged', async (_, hasOwn) => {
    const attacker = world.pc()
    const { ticket, matchNumber } = await attacker.begin('relay')
    await attacker.ticket(ticket.id)
    const attackersPhone = world.phone(await world.wechat.newPerson())
    const link = (await attackersPhone.visit(`/t/${ticket.id}`)).location ?? ''

    const victim = world.phone(await world.wechat.newPerson())
    if (hasOwn) {
      const own = world.pc()
      const { ticket: ownTicket } = await own.begin('relay')
      await own.ticket(ownTicket.id)
      await victim.visit(`/t/${ownTicket.id}`)
    }
    const callback = (await victim.visit(link)).location ?? ''
    const [page, posted] = await arrives(victim.browser, callback)
    if (hasOwn) expect(page).toMatchObject({ status: 400, code: 'state_invalid' })
    else expect(page).toMatchObject({ status: 200, location: null, cookies: [] })
    expect(posted).toMatchObject({ status: 400, code: 'state_invalid' })
    expect(await asked()).toBe(0)
    expect(await statusOf(attacker, ticket.id)).toBe('pending')
    expect(await attackersPhone.confirm(ticket.id, matchNumber)).toMatchObject({ status: 404 })
    expect(await attacker.redeem(ticket.id)).toMatchObject({ code: 'ticket_not_confirmed' })
  })
})

describe('the bare callback', () => {
  test.each(['website', 'relay'] as const)(
    'of %s, without the cookie of its state, exchanges nothing',
    async (method) => {
      const person = await world.wechat.newPerson()
      const pc = world.pc()
      const begun = await pc.begin(method)
      await pc.ticket(begun.ticket.id)
      const phone = world.phone(person)
      const callback =
        method === 'website'
          ? (await world.wechat.websiteScan(begun, person)).callback
          : ((await phone.visit((await phone.visit(`/t/${begun.ticket.id}`)).location ?? '')).location ?? '')
      const { path, code, state } = parts(callback)
      const nobody = world.pc().browser
      const json = { code, state }
      const tries = [
        await nobody.get(callback),
        await nobody.request(callback, { method: 'HEAD' }),
        await nobody.post(path, json),
        await nobody.request(path, { method: 'POST', json, headers: { origin: 'https://evil.example' } }),
        await nobody.request(path, {
          method: 'POST',
          body: JSON.stringify(json),
          headers: { 'content-type': 'text/plain' },
        }),
      ]
      expect(tries.map(({ status }) => status)).toEqual([200, 200, 400, 403, 400])
      expect(tries.flatMap(({ cookies }) => cookies)).toEqual([])
      expect(await asked()).toBe(0)
      expect(await statusOf(pc, begun.ticket.id)).toBe('pending')
    },
  )

  test('of website is not helped by a phone’s cookie, nor that of relay by a PC’s', async () => {
    const person = await world.wechat.newPerson()
    const pc = world.pc()
    const [website, relay] = [await pc.begin('website'), await pc.begin('relay')]
    await pc.ticket(relay.ticket.id)
    const phone = world.phone(person)
    const callback = (await phone.visit((await phone.visit(`/t/${relay.ticket.id}`)).location ?? '')).location ?? ''
    const scan = await world.wechat.websiteScan(website, person)
    expect((await arrives(phone.browser, scan.callback))[1]).toMatchObject({ status: 400, code: 'state_invalid' })
    expect((await arrives(pc.browser, callback))[1]).toMatchObject({ status: 400, code: 'state_invalid' })
    expect(await asked()).toBe(0)
  })
})

describe('a browser that knows everything in the QR and in the URL gets nothing', () => {
  const comparable = ({ status, text, headers }: Answer) => ({
    status,
    body: text.replace(/"requestId":"[^"]+"/, ''),
    headers: [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name)),
  })

  test.each([
    ['without cookies', false],
    ['with a login of its own', true],
  ])('%s: every answer is that for a ticket nobody has made', async (_, hasOwn) => {
    const { pc, id, begun } = await world.confirmed('relay', await world.wechat.newPerson())
    expect(begun.qr?.content).toBe(`${world.publicUrl}/t/${id}`)
    const thief = world.pc()
    if (hasOwn) await thief.begin('relay')
    const at = id.length - 5
    const altered = id.slice(0, at) + (id[at] === 'A' ? 'B' : 'A') + id.slice(at + 1)
    const invented = `tkt_${'x'.repeat(60)}`
    const calls: ((ticket: string) => Promise<Answer>)[] = [
      (ticket) => thief.read(ticket),
      (ticket) => thief.redeem(ticket),
      (ticket) => thief.cancel(ticket),
      (ticket) => thief.browser.get(`/api/confirmations/${ticket}`),
    ]
    for (const call of calls) {
      const known = await call(id)
      expect(known).toMatchObject({ status: 404, code: 'ticket_unknown' })
      for (const other of [altered, invented, 'tkt_', '%00']) {
        expect(comparable(await call(other))).toEqual(comparable(known))
      }
    }
    for (const ticket of [id, altered, invented]) {
      const live = await thief.watch(ticket)
      expect(await live.closed).toEqual({ code: 4401, reason: 'not yours' })
      expect(live.received).toEqual([])
    }
    await pc.signIn(id)
  })

  test('a photographed code that its page has not attached to yet cannot be attached to by another', async () => {
    const pc = world.pc()
    const { ticket } = await pc.begin('relay')
    const thief = world.pc()
    await thief.begin('relay')
    expect(await thief.read(ticket.id)).toMatchObject({ status: 404 })
    expect(await thief.cancel(ticket.id)).toMatchObject({ status: 404 })
    expect((await pc.ticket(ticket.id)).ticket.status).toBe('pending')
  })
})

test('opening the link in the code proves nothing: a crawler’s visits leave the ticket to the phone', async () => {
  const pc = world.pc()
  const { ticket, matchNumber } = await pc.begin('relay')
  await pc.ticket(ticket.id)
  for (let visit = 0; visit < 5; visit += 1) await world.phone('bob').visit(`/t/${ticket.id}`)
  expect(await statusOf(pc, ticket.id)).toBe('pending')
  expect(await asked()).toBe(0)
  const phone = world.phone(await world.wechat.newPerson())
  await phone.scan(ticket.id)
  expect((await phone.confirm(ticket.id, matchNumber)).json()).toEqual({ status: 'confirmed' })
})

describe('the ticket’s maker cannot confirm for the phone', () => {
  test('neither before the scan nor after it, with whatever cookies the maker can get', async () => {
    const maker = world.pc()
    const { ticket, matchNumber } = await maker.begin('relay')
    await maker.ticket(ticket.id)
    const makersPhone = world.phone(await world.wechat.newPerson())
    await makersPhone.visit(`/t/${ticket.id}`)
    const confirm = { decision: 'confirm', matchNumber }
    const path = `/api/confirmations/${ticket.id}`
    expect(await maker.browser.post(path, confirm)).toMatchObject({ status: 404 })
    expect(await makersPhone.confirm(ticket.id, matchNumber)).toMatchObject({ status: 404 })

    const victim = world.phone(await world.wechat.newPerson())
    await victim.scan(ticket.id)
    expect(await maker.browser.post(path, confirm)).toMatchObject({ status: 404 })
    maker.browser.jar.set('saoma-phone', maker.browser.cookie('browser'))
    expect(await maker.browser.post(path, confirm)).toMatchObject({ status: 409, code: 'scanned_elsewhere' })
    expect(await makersPhone.confirm(ticket.id, matchNumber)).toMatchObject({ status: 409, code: 'scanned_elsewhere' })
    expect(await makersPhone.deny(ticket.id)).toMatchObject({ status: 409, code: 'scanned_elsewhere' })
    expect(await makersPhone.question(ticket.id)).toMatchObject({ status: 404 })
    expect(await statusOf(maker, ticket.id)).toBe('scanned')
  })

  test('and the phone is never told the match number that it would have to type', async () => {
    const maker = world.pc()
    const { ticket, matchNumber } = await maker.begin('relay')
    const view = await maker.ticket(ticket.id)
    expect(view.matchNumber).toBe(matchNumber)
    const victim = world.phone(await world.wechat.newPerson())
    await victim.scan(ticket.id)
    for (const answer of [await victim.open(ticket.id), await victim.question(ticket.id)]) {
      expect(answer.status).toBe(200)
      expect(answer.text).not.toMatch(/match.?number"/i)
    }
    const live = await maker.watch(ticket.id)
    await live.until('scanned')
    expect(live.received.join()).not.toContain('matchNumber')
    live.close()
  })
})
