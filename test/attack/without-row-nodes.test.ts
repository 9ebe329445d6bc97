// A ticket without a row is known to every node and stored at none: what one of them does to it counts at the other.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { describeOn, SERVERS } from '../db/servers.js'
import { createPc, type Pc } from '../world/pc.js'
import type { WebsiteScan } from '../world/simulator.js'
import { startTwoNodes, type TwoNodes } from '../world/two-nodes.js'

/** The same browser at both nodes, and WeChat's way back. */
interface Way {
  readonly here: Pc
  readonly there: Pc
  readonly id: string
  readonly begun: TicketBegun
  readonly scan: WebsiteScan
}

for (const server of SERVERS) {
  describeOn(server, 'a ticket without a row at two nodes', () => {
    let nodes: TwoNodes
    beforeAll(async () => {
      nodes = await startTwoNodes(server)
    })
    afterAll(() => nodes.close())

    async function begin(): Promise<Way> {
      const world = nodes.here
      // Lest the limits of one network be met.
      world.advance(60_000)
      const here = world.pc()
      const begun = await here.begin('website')
      const scan = await world.wechat.websiteScan(begun, await world.wechat.newPerson())
      return { here, there: nodes.thereAs(here), id: begun.ticket.id, begun, scan }
    }
    const stored = async (id: string) => {
      const found = await nodes.database.query(`SELECT status, reason FROM tickets WHERE id = '${id}'`)
      return found.map(({ status, reason }) => `${status} ${reason}`)
    }

    test('begun at one, it is its browser’s at the other, and nobody else’s', async () => {
      const { there, id } = await begin()
      expect((await there.read(id)).json<TicketRead>().ticket).toMatchObject({ status: 'pending', version: 0 })
      const thief = createPc(nodes.there)
      await thief.begin('website')
      for (const answer of [await thief.read(id), await thief.cancel(id), await thief.redeem(id)]) {
        expect(answer).toMatchObject({ status: 404, code: 'ticket_unknown' })
      }
      expect(await stored(id)).toEqual([])
    })

    test('given up at one, it is called back at the other in vain', async () => {
      const { here, there, id, scan } = await begin()
      await there.cancel(id)
      expect((await here.arriveInFrame(scan)).posted.json()).toMatchObject({ status: 'expired' })
      expect((await nodes.here.wechat.calls()).byCode[scan.code]).toBeUndefined()
      expect(await here.redeem(id)).toMatchObject({ code: 'ticket_expired' })
    })

    test('given up at one in the moment in which it is called back at the other: one of them, and never both', async () => {
      for (let round = 0; round < 12; round += 1) {
        const { here, there, id, scan } = await begin()
        const [cancelled, { posted }] = await Promise.all([there.cancel(id), here.arriveInFrame(scan)])
        expect(cancelled.status).toBe(204)
        const { status } = posted.json<{ status: string }>()
        expect(await stored(id)).toEqual([status === 'confirmed' ? 'confirmed null' : 'expired cancelled'])
        expect((await there.redeem(id)).status).toBe(status === 'confirmed' ? 200 : 410)
      }
    })

    test('called back at both at once: one exchange, one outcome, one session', async () => {
      for (let round = 0; round < 6; round += 1) {
        const { here, there, id, scan } = await begin()
        const back = await Promise.all([here, there, here, there].map((pc) => pc.arriveInFrame(scan)))
        for (const { posted } of back) expect(posted.json()).toMatchObject({ status: 'confirmed' })
        expect((await nodes.here.wechat.calls()).byCode[scan.code]).toBe(1)
        const redeemed = await Promise.all([here, there, here, there].map((pc) => pc.redeem(id)))
        expect(redeemed.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
      }
    })

    test('a page that waits at one is told what happened at the other', async () => {
      const { here, there, id, scan } = await begin()
      const live = await there.watch(id)
      expect(await live.next()).toMatchObject({ ticket: { status: 'pending', version: 0 } })
      await here.arriveInFrame(scan)
      await live.until('confirmed', 5_000)
      await there.signIn(id)
    })

    test('over at one, it is over at the other, and nothing is stored', async () => {
      const { here, there, id, scan } = await begin()
      nodes.here.advance(600_000)
      for (const pc of [here, there]) {
        expect((await pc.read(id)).json<TicketRead>().ticket).toMatchObject({ status: 'expired', version: 0 })
        expect((await pc.arrive(scan)).code).toBe('state_expired')
      }
      expect(await stored(id)).toEqual([])
    })
  })
}
