// `sdk`: a desktop program shows WeChat's code, the server waits for the phone, the program gets a bearer session.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AppLoggedIn } from '#shared/api.js'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { type Answer, createBrowser } from '../world/browser.js'
import { callAsProgram } from '../world/native-app.js'
import { newAttempt } from '../world/pc.js'
import { openSocket } from '../world/socket.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

/** A program that has begun, and holds its secret. */
async function begin() {
  const json = { method: 'sdk', client: 'native' }
  const begun = (await callAsProgram(world, '/api/tickets', { method: 'POST', json })).json<TicketBegun>()
  const { id } = begun.ticket
  const headers = { authorization: `Ticket ${begun.secret}` }
  const read = async () => (await callAsProgram(world, `/api/tickets/${id}`, { headers })).json<TicketRead>()
  return {
    id,
    begun,
    headers,
    read,
    status: async () => (await read()).ticket.status,
    redeem: (attempt = newAttempt()): Promise<Answer> =>
      callAsProgram(world, `/api/tickets/${id}/redeem`, { method: 'POST', json: { attempt }, headers }),
  }
}

/** A program that shows WeChat's code. */
async function shown() {
  const program = await begin()
  const { qr } = await program.read()
  return { ...program, code: qr?.content ?? expect.fail('no code') }
}

/** The person opens the code with WeChat's camera, and has not answered yet. */
const scan = async (code: string, person: string) =>
  expect((await fetch(code, { headers: { 'x-sim-person': person } })).status).toBe(200)

const answer = (code: string, person: string, allow: 'allow' | 'deny') =>
  fetch(`${world.wechat.url}/connect/confirm_reply`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ uuid: new URL(code).searchParams.get('uuid') ?? '', person, allow }),
  })

const ends = (program: { status(): Promise<string> }, status: string, withinMs = 5_000) =>
  expect.poll(() => program.status(), { timeout: withinMs, interval: 20 }).toBe(status)

test('by socket: the code, the scan and the confirmation come by themselves; the token is good', async () => {
  const program = await begin()
  expect(program.begun).toMatchObject({ qr: null, matchNumber: null, ticket: { status: 'pending', version: 0 } })
  const live = await openSocket(world, '', { ...program.headers, origin: '' })
  live.send({ type: 'watch', ticket: program.id })
  const first = await live.next()
  expect(first).not.toHaveProperty('qr')
  const second = await live.next()
  const code = (second.type === 'ticket' ? second.qr?.content : undefined) ?? expect.fail('no code')
  expect(code).toMatch(/\/connect\/confirm\?uuid=[\w-]{16}$/)
  const person = await world.wechat.newPerson()
  await scan(code, person)
  expect(await live.until('scanned')).toMatchObject({ scannedBy: null })
  await answer(code, person, 'allow')
  await live.until('confirmed')
  const { account, token } = (await program.redeem()).json<AppLoggedIn>()
  await live.until('redeemed')
  live.close()
  const session = await callAsProgram(world, '/api/session', { headers: { authorization: `Bearer ${token}` } })
  expect(session.json()).toMatchObject({ account: { id: account.id }, session: { method: 'sdk' } })
  expect((await world.signedIn('website', person)).redeemed.account.id).toBe(account.id)
})

test('by polling, and without a second exchange of the code', async () => {
  const program = await shown()
  const person = await world.wechat.newPerson()
  const before = Object.keys((await world.wechat.calls()).byCode).length
  await world.wechat.confirmScan(program.code, person)
  await ends(program, 'confirmed')
  expect((await program.redeem()).status).toBe(200)
  const { byCode } = await world.wechat.calls()
  expect(Object.keys(byCode)).toHaveLength(before + 1)
  expect(Object.values(byCode).every((times) => times === 1)).toBe(true)
})

test('a page in a browser may use it too', async () => {
  const pc = world.pc()
  const { ticket } = (await pc.browser.post('/api/tickets', { method: 'sdk' })).json<TicketBegun>()
  const { qr } = await pc.ticket(ticket.id)
  await world.wechat.confirmScan(qr?.content ?? '', await world.wechat.newPerson())
  await expect.poll(async () => (await pc.ticket(ticket.id)).ticket.status).toBe('confirmed')
  await pc.signIn(ticket.id)
})

describe('the other ends:', () => {
  test('refused on the phone', async () => {
    const program = await shown()
    const person = await world.wechat.newPerson()
    await scan(program.code, person)
    await answer(program.code, person, 'deny')
    await ends(program, 'denied')
    expect((await program.read()).ticket.reason).toBe('refused_on_phone')
    expect(await program.redeem()).toMatchObject({ code: 'ticket_over' })
  })

  test('given up: whoever scans afterwards logs nobody in', async () => {
    const program = await shown()
    const person = await world.wechat.newPerson()
    await callAsProgram(world, `/api/tickets/${program.id}`, { method: 'DELETE', headers: program.headers })
    const before = await world.wechat.upstream()
    await world.wechat.confirmScan(program.code, person)
    expect((await program.read()).ticket).toMatchObject({ status: 'expired', reason: 'cancelled' })
    expect(await program.redeem()).toMatchObject({ code: 'ticket_expired' })
    expect(await world.wechat.upstream()).toBe(before)
  })

  test('WeChat gives no code: the reason is there, within its deadline', async () => {
    await world.wechat.fault({ path: '/connect/sdk/qrconnect', kind: 'errcode', errcode: 48001, times: 2 })
    const program = await begin()
    await ends(program, 'failed')
    expect((await program.read()).ticket.reason).toBe('misconfigured')
  })
})

test('photographed code: another program or browser cannot attach to it, or redeem', async () => {
  const program = await shown()
  const thief = await begin()
  for (const headers of [thief.headers, {}]) {
    const read = await callAsProgram(world, `/api/tickets/${program.id}`, { headers })
    expect(read).toMatchObject({ status: 404, code: 'ticket_unknown' })
  }
  expect(await createBrowser(world).get(`/api/tickets/${program.id}`)).toMatchObject({ status: 404 })
  await world.wechat.confirmScan(program.code, await world.wechat.newPerson())
  await ends(program, 'confirmed')
  const json = { attempt: newAttempt() }
  const path = `/api/tickets/${program.id}/redeem`
  expect(await callAsProgram(world, path, { method: 'POST', json, headers: thief.headers })).toMatchObject({
    status: 404,
  })
  expect((await program.redeem()).status).toBe(200)
})

test('cookie read-out: a program’s ticket is bound to no cookie, and its answer never says what one holds', async () => {
  const pc = world.pc()
  await pc.begin('relay')
  const headers = { cookie: pc.browser.cookieHeader() }
  const json = { method: 'sdk', client: 'native' }
  const begun = await callAsProgram(world, '/api/tickets', { method: 'POST', json, headers })
  expect(begun.status).toBe(201)
  expect(begun.text).not.toContain(pc.browser.cookie('browser'))
  expect(await pc.read(begun.json<TicketBegun>().ticket.id)).toMatchObject({ status: 404, code: 'ticket_unknown' })
})

describe('A confirmed login is never lost', () => {
  test('a restart between scan and answer: the next server goes on at once', async () => {
    const program = await shown()
    const person = await world.wechat.newPerson()
    await scan(program.code, person)
    await ends(program, 'scanned')
    await world.restart()
    await answer(program.code, person, 'allow')
    await ends(program, 'confirmed')
    expect((await program.redeem()).status).toBe(200)
  })

  test('a restart while nobody has scanned, and an answer while the server is down', async () => {
    const program = await shown()
    const person = await world.wechat.newPerson()
    await world.node().close()
    await world.wechat.confirmScan(program.code, person)
    await world.restart()
    await ends(program, 'confirmed')
    expect((await program.redeem()).status).toBe(200)
  })
})
