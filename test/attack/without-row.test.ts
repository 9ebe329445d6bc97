// A `website` ticket has no row until WeChat sends its browser back. What can be done with one that has none, has none any
// more, or gets it at the wrong moment: it lets nobody in, and leaves nothing behind, on every database.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseStore } from '#server/db/store.js'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { describeOn, SERVERS, scratchDatabase, type TestServer } from '../db/servers.js'
import { rows } from '../world/database.js'
import { newAttempt, type Pc } from '../world/pc.js'
import type { WebsiteScan } from '../world/simulator.js'
import { startWorld, type World } from '../world.js'

const OLD = 'the-old-key-0123456789abcdefghijklmnop'
const NEW = 'the-new-key-0123456789abcdefghijklmnop'
const LIVES_MS = 600_000
const DAY_MS = 24 * 3_600_000
const ENDED = { status: 'expired', version: 0, reason: null, scannedBy: null }

/** A page that waits, and WeChat's way back, which nobody has taken yet. */
interface Way {
  readonly pc: Pc
  readonly begun: TicketBegun
  readonly id: string
  readonly scan: WebsiteScan
  /** An exchange of this code has reached WeChat so often. */
  asked(): Promise<number>
}

describe('a ticket without a row, on SQLite', () => register(null))
for (const server of SERVERS) describeOn(server, 'a ticket without a row', () => register(server))

function register(server: TestServer | null): void {
  let world: World
  let query: (text: string) => Promise<Record<string, unknown>[]>
  let drop = async (): Promise<void> => {}
  beforeAll(async () => {
    const database = server && (await scratchDatabase(server))
    world = await startWorld({
      keys: [OLD],
      config: (config) => ({ ...config, ...(database && { databaseUrl: database.url }) }),
    })
    query = database ? database.query : (text) => rows(world.file, text)
    if (database) drop = database.drop
  })
  afterAll(async () => {
    await world.close()
    await drop()
  })

  async function begin(pc = world.pc()): Promise<Way> {
    // Lest the limits of one network be met.
    world.advance(60_000)
    const begun = await pc.begin('website')
    const scan = await world.wechat.websiteScan(begun, await world.wechat.newPerson())
    const asked = async () => (await world.wechat.calls()).byCode[scan.code] ?? 0
    return { pc, begun, id: begun.ticket.id, scan, asked }
  }
  const stored = async (id: string) => {
    const found = await query(`SELECT status, reason FROM tickets WHERE id = '${id}'`)
    return found.map(({ status, reason }) => `${status} ${reason}`)
  }
  const people = async () => Number((await query('SELECT COUNT(*) AS many FROM accounts'))[0]?.many)
  const read = async (pc: Pc, id: string) => (await pc.read(id)).json<TicketRead>().ticket
  const forget = async () => (world.node().store as DatabaseStore).purge(world.now())
  /** How the socket's first word is, or its last. */
  async function told(pc: Pc, id: string): Promise<unknown> {
    const live = await pc.watch(id)
    const first = await Promise.race([live.next(), live.closed]).catch(() => live.closed)
    live.close()
    return first
  }
  /** Nobody is let in by it, by whatever its page can ask. */
  async function opensNothing({ pc, id, scan }: Way, code: string): Promise<void> {
    const before = await people()
    expect(await pc.redeem(id)).toMatchObject({ code })
    const { posted } = await pc.arriveInFrame(scan)
    expect(posted.text).not.toMatch(/confirmed|redeemed/)
    expect(await pc.redeem(id)).toMatchObject({ code })
    expect((await pc.session()).status).toBe(401)
    expect(await people()).toBe(before)
  }

  describe('attached', () => {
    test('by strangers who know its id: none is told anything, nothing is written, and its page is not disturbed', async () => {
      const way = await begin()
      const stranger = await begin()
      for (const thief of [world.pc(), stranger.pc]) {
        expect(await told(thief, way.id)).toEqual({ code: 4401, reason: 'not yours' })
        expect(await thief.read(way.id)).toMatchObject({ status: 404, code: 'ticket_unknown' })
        expect(await thief.redeem(way.id)).toMatchObject({ status: 404, code: 'ticket_unknown' })
      }
      expect(await stored(way.id)).toEqual([])
      await way.pc.arriveInFrame(way.scan)
      await way.pc.signIn(way.id)
    })

    test('by its own page a hundred times while WeChat sends it back: one row, one exchange, and one session', async () => {
      const way = await begin()
      const looks = Promise.all(Array.from({ length: 100 }, () => read(way.pc, way.id)))
      const back = await Promise.all(Array.from({ length: 5 }, () => way.pc.arriveInFrame(way.scan)))
      for (const { posted } of back) expect(posted.json()).toMatchObject({ status: 'confirmed' })
      for (const { status } of await looks) expect(['pending', 'confirmed']).toContain(status)
      expect(await stored(way.id)).toEqual(['confirmed null'])
      expect(await way.asked()).toBe(1)
      const redeemed = await Promise.all(Array.from({ length: 10 }, () => way.pc.redeem(way.id, newAttempt())))
      expect(redeemed.filter(({ status }) => status === 200)).toHaveLength(1)
    })
  })

  describe('given up', () => {
    test('by its page: WeChat’s answer to it is not exchanged, and lets nobody in', async () => {
      const way = await begin()
      expect((await way.pc.cancel(way.id)).status).toBe(204)
      await opensNothing(way, 'ticket_expired')
      expect(await way.asked()).toBe(0)
      expect(await stored(way.id)).toEqual(['expired cancelled'])
      expect(await told(way.pc, way.id)).toMatchObject({ ticket: { status: 'expired', reason: 'cancelled' } })
    })

    test('by a stranger: refused, nothing is written, and the login goes on', async () => {
      const way = await begin()
      const stranger = await begin()
      for (const thief of [world.pc(), stranger.pc]) {
        expect(await thief.cancel(way.id)).toMatchObject({ status: 404, code: 'ticket_unknown' })
      }
      expect(await stored(way.id)).toEqual([])
      await way.pc.arriveInFrame(way.scan)
      await way.pc.signIn(way.id)
    })

    test('in the moment in which WeChat sends it back: it is given up or confirmed, and never both', async () => {
      for (let round = 0; round < 12; round += 1) {
        const way = await begin()
        const [cancelled, { posted }] = await Promise.all([way.pc.cancel(way.id), way.pc.arriveInFrame(way.scan)])
        expect(cancelled.status).toBe(204)
        const { status } = posted.json<{ status: string }>()
        const ends = status === 'confirmed' ? 'confirmed null' : 'expired cancelled'
        expect(await stored(way.id)).toEqual([ends])
        expect((await way.pc.redeem(way.id)).status).toBe(status === 'confirmed' ? 200 : 410)
      }
    })

    test('after its end: nothing is written', async () => {
      const way = await begin()
      world.advance(LIVES_MS)
      expect((await way.pc.cancel(way.id)).status).toBe(204)
      expect(await stored(way.id)).toEqual([])
      expect(await read(way.pc, way.id)).toMatchObject(ENDED)
    })
  })

  describe('expired', () => {
    test('it is told so, is called back in vain, and leaves no row', async () => {
      const way = await begin()
      world.advance(LIVES_MS)
      expect(await told(way.pc, way.id)).toMatchObject({ ticket: ENDED })
      await opensNothing(way, 'ticket_expired')
      expect((await way.pc.arrive(way.scan)).code).toBe('state_expired')
      expect(await way.asked()).toBe(0)
      expect(await stored(way.id)).toEqual([])
    })

    test('a page that waits hears of it without a row, and once', async () => {
      const way = await begin()
      const live = await way.pc.watch(way.id)
      expect(await live.next()).toMatchObject({ ticket: { status: 'pending', version: 0 } })
      world.advance(LIVES_MS)
      expect(await live.until('expired', 5_000)).toMatchObject(ENDED)
      expect(await stored(way.id)).toEqual([])
      live.close()
    })
  })

  describe('called back late', () => {
    test('in its last moment, and answered by WeChat after it: it has ended, and nobody was made', async () => {
      const way = await begin()
      const before = await people()
      await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'delay', ms: 600, times: 1 })
      const back = way.pc.arriveInFrame(way.scan)
      await expect.poll(way.asked).toBe(1)
      world.advance(LIVES_MS)
      expect((await back).posted.json()).toMatchObject({ status: 'expired' })
      await world.wechat.clearFaults()
      await opensNothing(way, 'ticket_expired')
      expect(await read(way.pc, way.id)).toMatchObject({ status: 'expired' })
      expect(await people()).toBe(before)
    })

    test('in its last moment, and answered before its end: its browser still has a day', async () => {
      const way = await begin()
      world.advance(way.begun.ticket.expiresAt - world.now() - 2_000)
      await way.pc.arriveInFrame(way.scan)
      world.advance(DAY_MS - 10_000)
      await way.pc.signIn(way.id)
    })
  })

  describe('after the purge', () => {
    test.each(['redeemed', 'confirmed', 'given up', 'refused'])(
      'the callback of a ticket that was %s is replayed in vain',
      async (which) => {
        const way = await begin()
        const withCode = (code: string) => ({
          ...way.scan,
          callback: way.scan.callback.replace(way.scan.code, code),
          code,
        })
        const refused = withCode('')
        if (which === 'given up') await way.pc.cancel(way.id)
        else await way.pc.arriveInFrame(which === 'refused' ? refused : way.scan)
        if (which === 'redeemed') await way.pc.signIn(way.id)
        world.advance(2 * DAY_MS + 60_000)
        await forget()
        expect(await stored(way.id)).toEqual([])
        const asked = await world.wechat.upstream()
        for (const scan of [way.scan, withCode('another'), refused]) {
          expect((await way.pc.arrive(scan)).code).toBe('state_expired')
        }
        expect(await world.wechat.upstream()).toBe(asked)
        expect(await stored(way.id)).toEqual([])
      },
    )

    test('it is over to its own browser, and not as good as new', async () => {
      const way = await begin()
      await way.pc.arriveInFrame(way.scan)
      world.advance(2 * DAY_MS + 60_000)
      await forget()
      expect(await read(way.pc, way.id)).toMatchObject(ENDED)
      expect(await told(way.pc, way.id)).toMatchObject({ ticket: ENDED })
      await opensNothing(way, 'ticket_expired')
      expect((await way.pc.arrive(way.scan)).code).toBe('state_expired')
      expect(await way.asked()).toBe(1)
    })
  })

  describe('signed by the second of two keys', () => {
    test('it is one ticket under either order of the keys: what ended it under one order has ended it under the other', async () => {
      await world.restart([OLD])
      const [givenUp, goesOn] = [await begin(), await begin()]
      await world.restart([NEW, OLD])
      await givenUp.pc.cancel(givenUp.id)
      expect(await read(goesOn.pc, goesOn.id)).toMatchObject({ status: 'pending', version: 0 })
      const { posted } = await goesOn.pc.arriveInFrame(goesOn.scan)
      expect(posted.json()).toMatchObject({ status: 'confirmed', next: `/?ticket=${goesOn.id}` })
      expect(await stored(goesOn.id)).toEqual(['confirmed null'])
      await world.restart([OLD, NEW])
      await opensNothing(givenUp, 'ticket_expired')
      await goesOn.pc.signIn(goesOn.id)
      expect(await goesOn.asked()).toBe(1)
      expect(await givenUp.asked()).toBe(0)
    })

    test('without that key its state counts for nothing, nor does its id, and nothing is written', async () => {
      await world.restart([OLD])
      const way = await begin()
      await world.restart([NEW])
      const before = await people()
      expect((await way.pc.arrive(way.scan)).code).toBe('state_invalid')
      expect((await way.pc.arriveInFrame(way.scan)).posted.code).toBe('state_invalid')
      expect(await told(way.pc, way.id)).toEqual({ code: 4401, reason: 'not yours' })
      for (const answer of [await way.pc.read(way.id), await way.pc.cancel(way.id), await way.pc.redeem(way.id)]) {
        expect(answer).toMatchObject({ status: 404, code: 'ticket_unknown' })
      }
      expect([await way.asked(), await stored(way.id), await people()]).toEqual([0, [], before])
    })
  })
}
