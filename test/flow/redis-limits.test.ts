// The rate limits of two nodes: one number while Redis is there, each node's own while it is not.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RULES } from '#server/http/limits/table.js'
import { describeOn, SERVERS } from '../db/servers.js'
import { type Answer, createBrowser } from '../world/browser.js'
import { describeWithRedis, startRedis, type TestRedis } from '../world/redis-server.js'
import { startTwoNodes, type TwoNodes } from '../world/two-nodes.js'

const MOST = RULES.create.perMinute + RULES.create.burst

for (const server of SERVERS) {
  describeWithRedis('limits over Redis', () => {
    describeOn(server, 'two nodes', () => {
      let redis: TestRedis
      let nodes: TwoNodes
      beforeAll(async () => {
        redis = await startRedis()
        const config = { redisUrl: redis.url }
        nodes = await startTwoNodes(server, { ...config, config: (loaded) => ({ ...loaded, trustedProxies: 1 }) })
      }, 30_000)
      afterAll(async () => {
        await nodes.close()
        await redis.close()
      })

      /** Tickets begun from one address, at both nodes in turn; how many were answered with what, and the longest wait. */
      async function flood(address: string, count: number) {
        const sites = [nodes.here, nodes.there]
        const answers: Answer[] = []
        let longest = 0
        for (let n = 0; n < count; n += 10) {
          const begun = performance.now()
          const some = Array.from({ length: 10 }, (_, i) =>
            createBrowser(sites[i % 2] ?? nodes.here).post(
              '/api/tickets',
              { method: 'relay' },
              { headers: { 'x-forwarded-for': address } },
            ),
          )
          answers.push(...(await Promise.all(some)))
          longest = Math.max(longest, performance.now() - begun)
        }
        const of = (status: number) => answers.filter((answer) => answer.status === status).length
        return { 201: of(201), 429: of(429), longest, last: answers.at(-1) }
      }

      test('a flood that is spread over both is let through as far as the table says for one', async () => {
        const { last, ...counts } = await flood('198.51.100.7', 100)
        expect(counts).toMatchObject({ 201: MOST, 429: 100 - MOST })
        expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
        expect((await flood('198.51.101.7', 20))[201]).toBe(20)
      })

      test('emptied: it counts from the beginning, and nobody gets another answer than these', async () => {
        await redis.flush()
        expect(await flood('198.51.100.7', 100)).toMatchObject({ 201: MOST, 429: 100 - MOST })
      })

      test('killed: each counts by itself, nobody waits a second, and both count together again when it is back', async () => {
        await redis.kill()
        const away = await flood('198.51.102.7', 120)
        expect(away).toMatchObject({ 201: 2 * MOST, 429: 120 - 2 * MOST })
        expect(away.longest).toBeLessThan(1_000)
        await redis.start()
        const ready = async () => (await createBrowser(nodes.there).get('/readyz')).text
        await expect.poll(ready, { timeout: 4_000 }).not.toContain('redis')
        // The next request after a second of rest sees that it is back.
        await sleep(1_100)
        await flood('198.51.105.7', 10)
        expect(await flood('198.51.103.7', 100)).toMatchObject({ 201: MOST, 429: 100 - MOST })
      }, 30_000)

      test('held: the flood is limited all the same, and nobody waits a second', async () => {
        redis.hold()
        const held = await flood('198.51.104.7', 120)
        redis.letGo()
        expect(held[201]).toBeGreaterThanOrEqual(MOST)
        expect(held[201]).toBeLessThanOrEqual(2 * MOST)
        expect(held.longest).toBeLessThan(1_000)
      })
    })
  })
}
