// Two programs over one database: the one that asks WeChat for a token is killed in the middle of it.
import { expect, test } from 'vitest'
import { LEASE_MS } from '#server/core/lease.js'
import type { TicketBegun } from '#shared/ticket.js'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { createBrowser } from '../world/browser.js'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator } from '../world/simulator.js'

const TOKEN = '/cgi-bin/stable_token'

for (const server of SERVERS) {
  describeOn(server, 'the node that renews the server token', () => {
    test('is killed (kill -9) while WeChat is silent: the page at the other node gets its code all the same', async () => {
      const database = await scratchDatabase(server)
      const wechat = await startSimulator('http://localhost')
      const env = {
        ...{ PUBLIC_URL: 'http://localhost', DATABASE_URL: database.url, LOGIN_METHODS: 'scene' },
        SESSION_KEYS: 'a-fixed-key-for-tests-only-0123456789abcdef',
        ...wechatEnv(wechat.url, await wechat.apps()),
      }
      const programs = [await prepareProgram(env), await prepareProgram(env)] as const
      const [doomed, other] = programs
      const leases = async () => (await database.query("SELECT name FROM vault WHERE name LIKE 'lease:%'")).length
      try {
        for (const program of programs) await program.start()
        await wechat.fault({ path: TOKEN, kind: 'hang', times: 1 })
        const lost = (await begin(doomed))().catch(() => null)
        await expect.poll(async () => (await wechat.calls()).byPath[TOKEN]).toBe(1)
        expect(await leases()).toBe(1)
        await doomed.kill('SIGKILL')
        const killedAt = performance.now()
        expect(await ask(other)).toContain('/q/')
        expect(performance.now() - killedAt).toBeGreaterThan(LEASE_MS / 2)
        expect((await wechat.calls()).byPath[TOKEN]).toBe(2)
        await lost
        // Whoever comes next finds the token, and nobody in the way.
        await doomed.start()
        expect(await ask(doomed)).toContain('/q/')
        expect([(await wechat.calls()).byPath[TOKEN], await leases()]).toEqual([2, 0])
      } finally {
        for (const program of programs) await program.dispose()
        await wechat.close()
        await database.drop()
      }
    }, 120_000)
  })
}

/** A page with a `scene` code, which only a server token gets. Asks for the text of the code, once. */
async function begin(program: Program): Promise<() => Promise<string | null>> {
  const browser = createBrowser(program)
  const { ticket } = (await browser.post('/api/tickets', { method: 'scene' })).json<TicketBegun>()
  return async () =>
    (await browser.get(`/api/tickets/${ticket.id}`)).json<Pick<TicketBegun, 'qr'>>().qr?.content ?? null
}

async function ask(program: Program): Promise<string | null> {
  const look = await begin(program)
  await expect.poll(look, { timeout: 20_000 }).not.toBeNull()
  return look()
}
