// SESSION_KEYS are changed under a running service, as README says it: the new key first, the old one behind it, and a day
// later without the old one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { createPc, newAttempt, type Pc } from '../world/pc.js'
import { METHODS, startWorld, type World } from '../world.js'

const OLD = 'the-old-key-0123456789abcdefghijklmnop'
const NEW = 'the-new-key-0123456789abcdefghijklmnop'

let world: World
beforeAll(async () => {
  world = await startWorld({
    keys: [OLD],
    config: (config) => ({ ...config, methods: ['website', 'relay', 'scene'] }),
  })
})
afterAll(() => world.close())

async function confirm(pc: Pc, begun: TicketBegun): Promise<void> {
  const person = await world.wechat.newPerson()
  if (begun.ticket.method === 'website') {
    const { posted } = await pc.arriveInFrame(await world.wechat.websiteScan(begun, person))
    expect(posted.json()).toMatchObject({ status: 'confirmed' })
    return
  }
  const phone = world.phone(person)
  await phone.scan(begun.ticket.id)
  expect((await phone.confirm(begun.ticket.id, begun.matchNumber)).json()).toEqual({ status: 'confirmed' })
}

describe.each(METHODS)('%s', (method) => {
  test('with the new key before the old one, whatever was begun completes: shown, confirmed, or redeemed and repeated', async () => {
    await world.restart([OLD])
    const pcs = [world.pc(), world.pc(), world.pc()] as const
    const [shown, confirmed, redeemed] = await Promise.all(pcs.map((pc) => pc.begin(method)))
    if (!shown || !confirmed || !redeemed) throw new Error('three were begun')
    await pcs[0].ticket(shown.ticket.id)
    for (const [pc, begun] of [
      [pcs[1], confirmed],
      [pcs[2], redeemed],
    ] as const) {
      await pc.ticket(begun.ticket.id)
      await confirm(pc, begun)
    }
    const attempt = newAttempt()
    await pcs[2].signIn(redeemed.ticket.id, attempt)
    const session = pcs[2].browser.cookie('session')

    await world.restart([NEW, OLD])
    const { matchNumber } = await pcs[0].ticket(shown.ticket.id)
    expect(matchNumber).toBe(shown.matchNumber)
    await confirm(pcs[0], shown)
    await pcs[0].signIn(shown.ticket.id)
    await pcs[1].signIn(confirmed.ticket.id)
    await pcs[2].signIn(redeemed.ticket.id, attempt)
    expect(pcs[2].browser.cookie('session')).toBe(session)
    for (const pc of pcs) expect((await pc.me()).session.method).toBe(method)
  })

  test('without the old key: sessions live on, what it had signed is unknown, and what the new one signed is not touched', async () => {
    await world.restart([OLD])
    const signedIn = (await world.signedIn(method, await world.wechat.newPerson())).pc
    const waiting = await world.confirmed(method, await world.wechat.newPerson())
    const scan = method === 'website' ? await scanOf(await waiting.pc.begin('website')) : null
    await world.restart([NEW, OLD])
    const newer = await world.confirmed(method, await world.wechat.newPerson())

    await world.restart([NEW])
    expect((await signedIn.session()).status).toBe(200)
    expect(await waiting.pc.read(waiting.id)).toMatchObject({ status: 404, code: 'ticket_unknown' })
    expect(await waiting.pc.redeem(waiting.id)).toMatchObject({ status: 404, code: 'ticket_unknown' })
    if (scan) {
      const asked = await world.wechat.upstream()
      const { posted } = await waiting.pc.arriveInFrame(scan)
      expect(posted.code).toBe('state_invalid')
      expect(await world.wechat.upstream()).toBe(asked)
    }
    await newer.pc.signIn(newer.id)
    // The same browser, with the cookie that it had: it begins anew, and is in.
    const again = await waiting.pc.begin(method)
    await waiting.pc.ticket(again.ticket.id)
    await confirm(waiting.pc, again)
    await waiting.pc.signIn(again.ticket.id)
  })
})

async function scanOf(begun: TicketBegun) {
  return world.wechat.websiteScan(begun, await world.wechat.newPerson())
}

test('what WeChat lent is still open under both keys; without the old one it is asked for again, once', async () => {
  const tokens = async () => (await world.wechat.calls()).byPath['/cgi-bin/stable_token'] ?? 0
  const sceneCode = async () => {
    const pc = world.pc()
    const begun = (await pc.browser.post('/api/tickets', { method: 'scene' })).json<TicketBegun>()
    const read = await pc.read(begun.ticket.id)
    expect(read.json<TicketRead>().qr?.content).toMatch(/\/q\//)
  }
  await world.restart([OLD])
  await sceneCode()
  const before = await tokens()
  expect(before).toBeGreaterThan(0)
  await world.restart([NEW, OLD])
  await sceneCode()
  expect(await tokens()).toBe(before)
  await world.restart([NEW])
  await sceneCode()
  await sceneCode()
  expect(await tokens()).toBe(before + 1)
})

test('on several nodes the new key comes last first: what any of them signs, all of them know', async () => {
  const pc = createPc(world)
  /** What a ticket that one node has begun is to another. */
  const seen = async (keys: readonly string[], others: readonly string[]) => {
    await world.restart(keys)
    const begun = await pc.begin('website')
    await world.restart(others)
    return (await pc.read(begun.ticket.id)).status
  }
  const steps = [[OLD], [OLD, NEW], [NEW, OLD], [NEW]] as const
  for (const [index, keys] of steps.entries()) {
    for (const others of steps.slice(Math.max(0, index - 1), index + 2)) {
      expect(await seen(keys, others), `${keys} at ${others}`).toBe(200)
    }
  }
  expect(await seen([NEW, OLD], [OLD])).toBe(404)
})
