// Two nodes over one database server, joined by a Redis of the test's own. The safety net is off: what a page is told here, it
// was told by a hint, or because a hint may have been lost.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TicketBegun } from '#shared/ticket.js'
import { describeOn, SERVERS } from '../db/servers.js'
import { createBrowser } from '../world/browser.js'
import { leaksIn } from '../world/leaks.js'
import { newAttempt, type Pc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { describeWithRedis, startRedis, type TestRedis } from '../world/redis-server.js'
import { startTwoNodes, type TwoNodes } from '../world/two-nodes.js'

const NO_NET = { safetyNet: 3_600_000 }
const ENDED = { type: 'session.ended', reason: 'ended' }

for (const server of SERVERS) {
  describeWithRedis('over Redis', () => {
    describeOn(server, 'two nodes', () => {
      let redis: TestRedis
      let nodes: TwoNodes
      let stranger: Redis
      beforeAll(async () => {
        redis = await startRedis()
        nodes = await startTwoNodes(server, {
          ...{ redisUrl: redis.url, timing: NO_NET },
          config: (config) => ({ ...config, trustedProxies: 1 }),
        })
        stranger = redis.stranger()
      }, 30_000)
      afterAll(async () => {
        await nodes.close()
        await redis.close()
      })

      const newPerson = () => nodes.here.wechat.newPerson()
      /** A page that waits at the first node. */
      async function waiting(method: 'website' | 'relay') {
        const pc = nodes.here.pc()
        const begun = await pc.begin(method)
        const live = await pc.watch(begun.ticket.id)
        await live.until('pending')
        return { pc, begun, id: begun.ticket.id, live }
      }
      const sample = async (connectTo: string, start: string) => {
        const { text } = await createBrowser({ ...nodes.there, connectTo }).get('/metrics')
        const line = text.split('\n').find((one) => one.startsWith(`${start} `))
        return Number(line?.slice(start.length + 1) ?? Number.NaN)
      }
      const readiness = async (connectTo: string) => {
        const answer = await createBrowser({ ...nodes.there, connectTo }).get('/readyz')
        return [answer.status, answer.json()]
      }
      const joined = () =>
        expect
          .poll(() => Promise.all([nodes.here.connectTo, nodes.there.connectTo].map(readiness)), { timeout: 4_000 })
          .toEqual(Array(2).fill([200, { status: 'ready' }]))
      const channel = async () => ((await stranger.pubsub('CHANNELS', 'saoma:*')) as string[])[0] ?? expect.fail('none')

      test('a callback that comes to the other node is told to the page at once', async () => {
        const { pc, begun, id, live } = await waiting('website')
        const scan = await nodes.here.wechat.websiteScan(begun, await newPerson())
        await nodes.thereAs(pc).arrive(scan)
        expect(await live.until('confirmed')).toMatchObject({ id, status: 'confirmed' })
        await nodes.thereAs(pc).signIn(id)
        await live.until('redeemed')
        live.close()
      })

      test('a phone that speaks to the other node: each of its steps is told to the page', async () => {
        const { pc, begun, id, live } = await waiting('relay')
        const phone = createPhone(nodes.there, await newPerson())
        await phone.scan(id)
        await live.until('scanned')
        await phone.confirm(id, begun.matchNumber)
        await live.until('confirmed')
        await pc.signIn(id)
        const refused = await waiting('relay')
        const other = createPhone(nodes.there, await newPerson())
        await other.scan(refused.id)
        await other.deny(refused.id)
        expect((await refused.live.until('denied')).reason).toBe('refused_on_phone')
        live.close()
      })

      test('a session that is ended at the other node is told to the page', async () => {
        const person = await newPerson()
        const [pc, second] = [await signedIn(person), await signedIn(person)]
        const watch = async (of: Pc) => {
          const live = await of.socket()
          live.send({ type: 'session' })
          await of.session()
          return live
        }
        const [live, other] = [await watch(pc), await watch(second)]
        await expect.poll(() => nodes.here.node().status().sockets).toBeGreaterThanOrEqual(2)
        await nodes.thereAs(pc).browser.delete('/api/sessions')
        expect(await other.next()).toEqual(ENDED)
        await nodes.thereAs(pc).logout()
        expect(await live.next()).toEqual(ENDED)
        for (const socket of [live, other]) socket.close()
      })
      const signedIn = async (person: string) => (await nodes.here.signedIn('website', person)).pc

      test('what moved while Redis was gone is told when it is back; meanwhile both are ready, and say what is missing', async () => {
        const { pc, begun, live } = await waiting('website')
        const scan = await nodes.here.wechat.websiteScan(begun, await newPerson())
        await redis.kill()
        const without = [200, { status: 'ready', warnings: ['redis_unreachable'] }]
        for (const { connectTo } of [nodes.here, nodes.there]) {
          await expect.poll(() => readiness(connectTo), { timeout: 4_000 }).toEqual(without)
          expect(await sample(connectTo, 'saoma_redis')).toBe(0)
        }
        const started = performance.now()
        await nodes.thereAs(pc).arrive(scan)
        expect(performance.now() - started).toBeLessThan(1_000)
        expect(live.received).toHaveLength(1)
        await redis.start()
        await live.until('confirmed', 4_000)
        await joined()
        expect(await sample(nodes.here.connectTo, 'saoma_redis')).toBe(1)
        live.close()
      }, 30_000)

      test('hints are counted where they go out and where they come in', async () => {
        const names = [
          [nodes.there.connectTo, 'saoma_hints_total{way="sent"}'],
          [nodes.here.connectTo, 'saoma_hints_total{way="received"}'],
        ] as const
        const before = await Promise.all(names.map(([at, name]) => sample(at, name)))
        const { pc, id, live } = await waiting('relay')
        await nodes.thereAs(pc).cancel(id)
        await live.until('expired')
        const after = await Promise.all(names.map(([at, name]) => sample(at, name)))
        expect(after.map((count, n) => count - (before[n] ?? 0))).toEqual([1, 1])
        expect(await sample(nodes.here.connectTo, 'saoma_hints_total{way="refused"}')).toBeNaN()
        live.close()
      })

      test('attack: whoever listens on Redis during logins, or reads all it holds, learns nothing that lets anybody in', async () => {
        const listener = redis.stranger()
        const said: string[] = []
        await listener.psubscribe('*')
        listener.on('pmessage', (_pattern: string, name: string, text: string) => said.push(name, text))
        const watcher = await redis.stranger().monitor()
        watcher.on('monitor', (_time: string, command: string[]) => said.push(...command))
        const secrets = new Map<string, string>()
        const person = await newPerson()
        for (const method of ['website', 'relay'] as const) {
          const { pc, begun, id, live } = await waiting(method)
          // Through a proxy, so that it is counted.
          const headers = { 'x-forwarded-for': '203.0.113.77' }
          await createBrowser(nodes.here).get(`/api/tickets/${id}`, { headers })
          if (method === 'website') {
            const scan = await nodes.here.wechat.websiteScan(begun, person)
            secrets.set('code', scan.code).set('state', scan.state)
            await nodes.thereAs(pc).arrive(scan)
          } else {
            const phone = createPhone(nodes.there, person)
            await phone.scan(id)
            await phone.confirm(id, begun.matchNumber)
            secrets.set('the phone’s secret', phone.browser.cookie('phone'))
          }
          await live.until('confirmed')
          const attempt = newAttempt()
          const { account } = await pc.signIn(id, attempt)
          secrets.set(`attempt of ${method}`, attempt).set(`account of ${method}`, account.id)
          secrets.set(`browser of ${method}`, pc.browser.cookie('browser'))
          secrets.set(`session of ${method}`, pc.browser.cookie('session'))
          live.close()
        }
        secrets.set('a network', '203.0.113')
        for (const app of await nodes.here.wechat.apps()) secrets.set(`secret of ${app.key}`, app.secret)
        await expect.poll(() => said.filter((text) => text.includes('tkt_')).length).toBeGreaterThan(2)
        for (const key of await stranger.keys('*')) said.push(key, String(await stranger.get(key)))
        watcher.disconnect()
        expect(said.some((text) => text.includes(':limit:'))).toBe(true)
        expect(leaksIn(said.join('\n'), secrets)).toEqual([])
      }, 30_000)

      test('attack: forged hints tell a page nothing that is not so, and a stranger nothing at all', async () => {
        const { id, live } = await waiting('relay')
        const other = await waiting('relay')
        const name = await channel()
        for (const version of [1, 2, 999, Number.MAX_SAFE_INTEGER]) {
          await stranger.publish(name, JSON.stringify({ node: 'forger', hints: [{ topic: 'ticket', id, version }] }))
        }
        await stranger.publish(
          name,
          JSON.stringify({ node: 'forger', hints: [{ topic: 'session', id: 'ses_forged-0' }] }),
        )
        await stranger.publish(name, '{"status":"confirmed","account":"acc_forged"}')
        const phone = createPhone(nodes.there, await newPerson())
        await phone.scan(id)
        while ((await live.until('scanned')).scannedBy === null);
        const told = live.received.map((text) => JSON.parse(text).ticket)
        expect(told.map(({ status }) => status)).toEqual(['pending', 'scanned', 'scanned'])
        expect(told.map(({ version }) => version)).toEqual([1, 2, 3])
        expect(told.every((ticket) => ticket.id === id)).toBe(true)
        expect(other.live.received).toHaveLength(1)
        expect(await readiness(nodes.here.connectTo)).toEqual([200, { status: 'ready' }])
        for (const socket of [live, other.live]) socket.close()
      })

      test('attack: a flood of forged hints costs one reading at a time, and no questions to WeChat', async () => {
        const pc = nodes.here.pc()
        const { ticket } = (await pc.browser.post('/api/tickets', { method: 'sdk' })).json<TicketBegun>()
        const live = await pc.watch(ticket.id)
        await live.until('pending')
        const polls = async () => (await nodes.here.wechat.calls()).byPath['/connect/l/qrconnect'] ?? 0
        await expect.poll(polls).toBeGreaterThan(0)
        const [before, name] = [await polls(), await channel()]
        const hint = { topic: 'ticket', id: ticket.id, version: Number.MAX_SAFE_INTEGER }
        const text = JSON.stringify({ node: 'forger', hints: Array(50).fill(hint) })
        // Slow enough that WeChat in its box, in this same process, could be asked each time.
        for (let n = 0; n < 100; n += 1) {
          await stranger.publish(name, text)
          await sleep(20)
        }
        expect((await polls()) - before).toBeLessThanOrEqual(4)
        await pc.cancel(ticket.id)
        await live.until('expired')
        live.close()
      }, 30_000)
    })
  })
}

describeWithRedis('two services on one Redis', () => {
  for (const server of SERVERS) {
    describeOn(server, 'each with two nodes', () => {
      test('have a channel each, which each of its nodes listens to once', async () => {
        const redis = await startRedis()
        const options = { redisUrl: redis.url, timing: NO_NET }
        const pairs = [await startTwoNodes(server, options), await startTwoNodes(server, options)]
        try {
          const stranger = redis.stranger()
          const channels = (await stranger.pubsub('CHANNELS')) as string[]
          expect(channels).toHaveLength(2)
          expect(await stranger.pubsub('NUMSUB', ...channels)).toEqual(channels.flatMap((name) => [name, 2]))
        } finally {
          for (const pair of pairs) await pair.close()
          await redis.close()
        }
      }, 60_000)
    })
  }
})
