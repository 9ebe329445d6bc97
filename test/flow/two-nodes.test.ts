// Attacks that need two nodes: what counts once counts once whichever node it is brought to.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOn, type ScratchDatabase, SERVERS, scratchDatabase } from '../db/servers.js'
import { createBrowser } from '../world/browser.js'
import { callAsProgram } from '../world/native-app.js'
import { type Nodes, startNodes } from '../world/nodes.js'
import { newAttempt } from '../world/pc.js'
import { signedPush } from '../world/signed-push.js'

const RACERS = 12

for (const server of SERVERS) {
  describeOn(server, 'two nodes over HTTP', () => {
    let database: ScratchDatabase
    let nodes: Nodes
    beforeAll(async () => {
      database = await scratchDatabase(server)
      nodes = await startNodes(database.url)
    })
    afterAll(async () => {
      await nodes.close()
      await database.drop()
    })
    const race = <T>(run: (connectTo: string, racer: number) => Promise<T>) =>
      Promise.all(
        Array.from({ length: RACERS }, (_, racer) => run(nodes.sites[racer % 2]?.connectTo ?? expect.fail(), racer)),
      )
    const at = (connectTo: string) => ({ publicUrl: nodes.world.publicUrl, connectTo })
    const count = async (table: string) => Number((await database.query(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.n)
    const calls = async (path: string) => (await nodes.world.wechat.calls()).byPath[path] ?? 0

    test.each([
      ['mobile', 'app', '/sns/oauth2/access_token'],
      ['mini-program', 'mini', '/sns/jscode2session'],
    ])('a code of %s brought to both by thieves: one exchange, one session', async (path, app, exchange) => {
      const code = await nodes.world.wechat.code(app, await nodes.world.wechat.newPerson())
      const [asked, had] = [await calls(exchange), await count('sessions')]
      const answers = await race((connectTo) =>
        callAsProgram(at(connectTo), `/api/login/${path}`, {
          method: 'POST',
          json: { app, code, attempt: newAttempt() },
        }),
      )
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      expect(answers.filter(({ code: error }) => error === 'code_used')).toHaveLength(RACERS - 1)
      expect([(await calls(exchange)) - asked, (await count('sessions')) - had]).toEqual([1, 1])
    })

    test('one ticket redeemed at both by stolen cookies: one session', async () => {
      const { pc, id } = await nodes.world.confirmed('relay', await nodes.world.wechat.newPerson())
      const had = await count('sessions')
      const headers = { cookie: pc.browser.cookieHeader() }
      const answers = await race((connectTo) =>
        createBrowser(at(connectTo)).post(`/api/tickets/${id}/redeem`, { attempt: newAttempt() }, { headers }),
      )
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(RACERS - 1).fill(409)])
      expect((await count('sessions')) - had).toBe(1)
    })

    test('one doubled callback inside WeChat, at both: one exchange, one session, everybody in', async () => {
      const phone = nodes.world.phone(await nodes.world.wechat.newPerson())
      const { location } = await phone.visit('/wechat/login/mp?scope=snsapi_userinfo')
      const { location: callback } = await phone.visit(location ?? '')
      const address = new URL(callback ?? '')
      const [asked, had] = [await calls('/sns/oauth2/access_token'), await count('sessions')]
      const headers = { cookie: phone.browser.cookieHeader() }
      const answers = await race((connectTo) =>
        createBrowser(at(connectTo)).get(address.pathname + address.search, { headers }),
      )
      expect(new Set(answers.map(({ status, location: next }) => `${status} ${next}`)).size).toBe(1)
      expect(new Set(answers.flatMap(({ cookies }) => cookies.map((line) => line.split(';')[0]))).size).toBe(1)
      expect([(await calls('/sns/oauth2/access_token')) - asked, (await count('sessions')) - had]).toEqual([1, 1])
    })

    test('one push, delivered to both at once: it has its effect once, and is over when the person is back', async () => {
      const person = await nodes.world.wechat.newPerson()
      const { redeemed } = await nodes.world.signedIn('website', person)
      const [identity] = await nodes.world.node().store.read.identities.ofAccount(redeemed.account.id)
      const app = (await nodes.world.wechat.apps()).find(({ key }) => key === 'pc') ?? expect.fail('pc')
      const fields = { Event: 'user_authorization_cancellation', OpenID: identity?.openid ?? '' }
      const push = signedPush(app, fields)
      const deliver = (connectTo: string) =>
        callAsProgram(at(connectTo), push.address, { method: 'POST', body: push.body })
      expect(new Set((await race(deliver)).map(({ text }) => text))).toEqual(new Set(['success']))
      const back = await nodes.world.signedIn('website', person)
      expect(back.redeemed.account.id).not.toBe(redeemed.account.id)
      await race(deliver)
      expect((await back.pc.session()).status).toBe(200)
    })

    test('two people scan one code at the same moment, pushed to different nodes: one holds it, the other is told', async () => {
      const pc = nodes.world.pc()
      const { ticket } = (await pc.browser.post('/api/tickets', { method: 'scene' })).json<{ ticket: { id: string } }>()
      await pc.ticket(ticket.id)
      const app = (await nodes.world.wechat.apps()).find(({ key }) => key === 'mp') ?? expect.fail('mp')
      const answers = await race((connectTo, racer) => {
        const fields = { FromUserName: `oRacer0000${racer}`, Event: 'SCAN', EventKey: ticket.id }
        const push = signedPush(app, fields)
        return callAsProgram(at(connectTo), push.address, { method: 'POST', body: push.body })
      })
      expect(answers.map(({ status }) => status)).toEqual(Array(RACERS).fill(200))
      expect((await pc.ticket(ticket.id)).ticket).toMatchObject({ status: 'scanned', version: 3 })
      const [row] = await database.query(`SELECT proof FROM tickets WHERE id = '${ticket.id}'`)
      expect(JSON.stringify(row)).toMatch(/oRacer0000/)
      expect(nodes.errors()).toEqual([])
    })

    test('an account deleted at one node while it logs in at the other: it is gone, and so is every way into it', async () => {
      const person = await nodes.world.wechat.newPerson()
      for (let round = 0; round < 5; round += 1) {
        const { pc, redeemed } = await nodes.world.signedIn('website', person)
        const ready = await nodes.world.confirmed('website', person)
        const other = createBrowser(at(nodes.sites[1]?.connectTo ?? expect.fail()))
        const headers = { cookie: ready.pc.browser.cookieHeader() }
        const [gone, entered] = await Promise.all([
          pc.browser.delete('/api/account'),
          other.post(`/api/tickets/${ready.id}/redeem`, { attempt: newAttempt() }, { headers }),
        ])
        expect(gone.status).toBe(204)
        expect([200, 409]).toContain(entered.status)
        expect((await other.get('/api/session')).status).toBe(401)
        const living = await database.query(
          `SELECT id FROM sessions WHERE account_id = '${redeemed.account.id}' AND ended_at IS NULL`,
        )
        expect(living).toEqual([])
      }
      expect(nodes.errors()).toEqual([])
    })
  })
}
