// `scene`: follow to log in, from WeChat's code to the session, and everybody who tries to be somebody else on the way.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Redeemed } from '#shared/api.js'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { rows } from '../world/database.js'
import { startWorld, type World } from '../world.js'

let world: World
let quick: World
beforeAll(async () => {
  world = await startWorld()
  quick = await startWorld({
    config: (config) => ({
      ...config,
      apps: config.apps.map((app) => (app.key === 'mp' ? { ...app, scene: 'at_once' } : app)),
    }),
  })
})
afterAll(async () => {
  await world.close()
  await quick.close()
})

async function begin(of = world) {
  const pc = of.pc()
  const { ticket, matchNumber, qr } = (await pc.browser.post('/api/tickets', { method: 'scene' })).json<TicketBegun>()
  expect(qr).toBeNull()
  const read = await pc.ticket(ticket.id)
  const view = async (): Promise<TicketRead['ticket']> => (await pc.ticket(ticket.id)).ticket
  return { pc, id: ticket.id, matchNumber, code: read.qr?.content ?? '', view }
}
const path = (link: string | null) => (link ?? '').slice(world.publicUrl.length)

describe('a new follower and an old one', () => {
  test('scan, open the link, type the number, are in: the same account as by every other door', async () => {
    const person = await world.wechat.newPerson({ nickname: '小绿' })
    const first = await begin()
    const subscribed = await world.wechat.scanScene(first.code, person)
    expect(subscribed.event).toBe('subscribe')
    expect(subscribed.text).toContain('Chrome 126 · Windows 10/11')
    expect(path(subscribed.link)).toBe(`/t/${first.id}`)
    expect(await first.view()).toMatchObject({ status: 'scanned', scannedBy: null })
    const phone = world.phone(person)
    await phone.follow(path(subscribed.link))
    expect((await phone.confirm(first.id, first.matchNumber)).json()).toEqual({ status: 'confirmed' })
    const { account } = await first.pc.signIn(first.id)
    const byWebsite = await world.signedIn('website', person)
    expect(byWebsite.redeemed.account.id).toBe(account.id)

    const again = await begin()
    const scanned = await world.wechat.scanScene(again.code, person)
    expect(scanned.event).toBe('SCAN')
    expect(await again.view()).toMatchObject({ status: 'scanned', scannedBy: { nickname: '小绿' } })
    await phone.follow(path(scanned.link))
    await phone.confirm(again.id, again.matchNumber)
    expect((await again.pc.signIn(again.id)).account.id).toBe(account.id)
  })

  test('by socket: the code, the scan and the confirmation come by themselves', async () => {
    const pc = world.pc()
    const begun = (await pc.browser.post('/api/tickets', { method: 'scene' })).json<TicketBegun>()
    const live = await pc.watch(begun.ticket.id)
    const first = await live.next()
    expect(first).toMatchObject({ type: 'ticket', ticket: { status: 'pending', version: 1 } })
    expect(first).not.toHaveProperty('qr')
    const second = await live.next()
    expect(second).toMatchObject({ type: 'ticket', ticket: { status: 'pending', version: 2 } })
    const person = await world.wechat.newPerson()
    const code = second.type === 'ticket' ? second.qr?.content : undefined
    const { link } = await world.wechat.scanScene(code ?? '', person)
    await live.until('scanned')
    const phone = world.phone(person)
    await phone.follow(path(link))
    await phone.confirm(begun.ticket.id, begun.matchNumber)
    await live.until('confirmed')
    live.close()
  })
})

describe('who is not the scanner gets nowhere:', () => {
  test('forwarded reply: another person who opens its link proves nothing, and the scanner goes on', async () => {
    const { id, code, matchNumber, view } = await begin()
    const scanner = await world.wechat.newPerson()
    const { link } = await world.wechat.scanScene(code, scanner)
    const thief = world.phone(await world.wechat.newPerson())
    expect((await thief.follow(path(link))).text).toContain('scanned_elsewhere')
    expect(await thief.confirm(id, matchNumber)).toMatchObject({ status: 404 })
    expect(await thief.deny(id)).toMatchObject({ status: 404 })
    expect((await view()).status).toBe('scanned')
    const phone = world.phone(scanner)
    await phone.follow(path(link))
    expect(await phone.confirm(id, null)).toMatchObject({ code: 'match_number_wrong' })
    expect((await phone.confirm(id, matchNumber)).json()).toEqual({ status: 'confirmed' })
  })

  test('second scanner: told so, and nothing changes', async () => {
    const { code, view, matchNumber, id } = await begin()
    const scanner = await world.wechat.newPerson()
    await world.wechat.scanScene(code, scanner)
    const before = await view()
    const second = await world.wechat.scanScene(code, await world.wechat.newPerson())
    expect(second.link).toBeNull()
    expect(second.text).toContain('已被别人扫描')
    expect((await view()).version).toBe(before.version)
    const phone = world.phone(scanner)
    await phone.follow(`/t/${id}`)
    expect((await phone.confirm(id, matchNumber)).status).toBe(200)
  })

  test('the link before any scan, and of another method, opens nothing', async () => {
    const { id } = await begin()
    expect(await world.phone('alice').visit(`/t/${id}`)).toMatchObject({ status: 404, code: 'ticket_unknown' })
  })

  test('photographed code: another browser cannot attach to its ticket', async () => {
    const { id } = await begin()
    const thief = world.pc()
    await thief.begin('relay')
    expect(await thief.read(id)).toMatchObject({ status: 404 })
  })

  test('scene of another app: the push of one account moves no ticket of another', async () => {
    const { id, view } = await begin()
    const pushed = await world.wechat.event('mp2', await world.wechat.newPerson(), 'SCAN', { scene: id })
    expect(pushed.reply?.text ?? '').toBe('')
    expect((await view()).status).toBe('pending')
  })

  test('replayed scan: after its end a ticket stays as it is', async () => {
    const { id, pc, code } = await begin()
    await pc.cancel(id)
    const late = await world.wechat.scanScene(code, await world.wechat.newPerson())
    expect(late.text).toContain('已失效')
    expect((await pc.ticket(id)).ticket).toMatchObject({ status: 'expired', reason: 'cancelled' })
  })
})

test('deliveries that WeChat repeats get one answer and move the ticket once', async () => {
  const { id, view } = await begin()
  const person = await world.wechat.newPerson()
  const pushed = await world.wechat.event('mp', person, 'SCAN', { scene: id, repeat: 3 })
  expect(pushed.deliveries.length).toBe(3)
  expect(await view()).toMatchObject({ status: 'scanned', version: 3 })
  expect(await rows(world.file, `SELECT id FROM accounts WHERE created_at > ${world.now()}`)).toEqual([])
})

test('trap 10, one scene for all that lives a month: each code has its own ticket and minutes to live', async () => {
  const { id } = await begin()
  const { calls } = await (await fetch(`${world.wechat.url}/sim/calls`)).json()
  expect(id).toHaveLength(64)
  expect(calls.some(({ path: asked }: { path: string }) => asked === '/cgi-bin/qrcode/create')).toBe(true)
  const other = await begin()
  expect(other.code).not.toBe('')
  expect(other.id).not.toBe(id)
})

test('trap 22, a server token a code: twenty codes, one token', async () => {
  await Promise.all(Array.from({ length: 20 }, () => begin()))
  expect((await world.wechat.calls()).byPath['/cgi-bin/stable_token']).toBe(1)
})

test('trap 3, an openid taken for a unionid at the scan: user/info is asked, and both are kept where they belong', async () => {
  const person = await world.wechat.newPerson()
  const { id, code, matchNumber, pc } = await begin()
  const { link } = await world.wechat.scanScene(code, person)
  const phone = world.phone(person)
  await phone.follow(path(link))
  await phone.confirm(id, matchNumber)
  const { account } = await pc.signIn(id)
  const [identity] = await rows(world.file, `SELECT openid, unionid FROM identities WHERE account_id = '${account.id}'`)
  expect(identity?.unionid).toMatch(/^o/)
  expect(identity?.unionid).not.toBe(identity?.openid)
  expect((await world.wechat.calls()).byPath['/cgi-bin/user/info']).toBeGreaterThan(0)
})

test('configured as “at once”, the scan alone is the confirmation', async () => {
  const person = await quick.wechat.newPerson()
  const { id, code, pc, view } = await begin(quick)
  const scanned = await quick.wechat.scanScene(code, person)
  expect(scanned.link).toBeNull()
  await expect.poll(async () => (await view()).status).toBe('confirmed')
  const redeemed = (await pc.redeem(id)).json<Redeemed>()
  expect((await quick.signedIn('website', person)).redeemed.account.id).toBe(redeemed.account.id)
})
