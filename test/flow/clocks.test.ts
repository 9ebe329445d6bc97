// Two nodes of which one has a wrong clock: a ticket ends at both at the same moment, and no session is born expired.
import { expect, test } from 'vitest'
import type { SignedIn } from '#shared/api.js'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { createBrowser } from '../world/browser.js'
import { startNodes } from '../world/nodes.js'
import { createPc } from '../world/pc.js'

for (const server of SERVERS) {
  describeOn(server, 'two nodes', () => {
    test.each([-10, 10])(
      'the clock of one is %i minutes off: it goes by the database',
      async (minutes) => {
        const database = await scratchDatabase(server)
        const nodes = await startNodes(database.url, {}, null, minutes * 60_000)
        try {
          const [here, there] = nodes.sites
          if (!here || !there) expect.fail('two nodes')
          expect(Math.abs((nodes.second?.clock() ?? 0) - Date.now())).toBeLessThan(5_000)
          for (const [one, other] of [
            [here, there],
            [there, here],
          ] as const) {
            const pc = createPc(one)
            const begun = await pc.begin('relay')
            const elsewhere = createBrowser(other)
            for (const [name, value] of pc.browser.jar) elsewhere.jar.set(name, value)
            const { ticket } = (await elsewhere.get(`/api/tickets/${begun.ticket.id}`)).json<TicketRead>()
            const left = ({ expiresAt, serverTime }: TicketBegun['ticket']) => expiresAt - serverTime
            expect(ticket.status).toBe('pending')
            expect(Math.abs(ticket.serverTime - Date.now())).toBeLessThan(5_000)
            expect(left(ticket)).toBeGreaterThan(80_000)
            expect(left(ticket)).toBeLessThan(91_000)

            const person = await nodes.world.wechat.newPerson()
            const again = createPc(one)
            const website = await again.begin('website')
            const same = createPc(other)
            for (const [name, value] of again.browser.jar) same.browser.jar.set(name, value)
            await same.arriveInFrame(await nodes.world.wechat.websiteScan(website, person))
            await same.signIn(website.ticket.id)
            expect((await same.browser.get('/api/session')).json<SignedIn>().account.id).toMatch(/^acc_/)
          }
        } finally {
          await nodes.close()
          await database.drop()
        }
      },
      60_000,
    )
  })
}
