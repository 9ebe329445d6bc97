// 2,000 pages at two nodes, one of which drains: its thousand come to the other one, at 300 a second at most, and read every
// two seconds until then.
import { expect, test } from 'vitest'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { describeWithRedis, startRedis } from '../world/redis-server.js'
import { movePages } from './moving-pages.js'
import { told } from './told.js'

for (const server of SERVERS) {
  describeWithRedis('a drain', () => {
    describeOn(server, 'of one of two nodes', () => {
      test('with 2,000 waiting pages', async () => {
        const redis = await startRedis()
        const database = await scratchDatabase(server)
        try {
          const { back, ...figures } = await movePages(database, redis, { pages: 2_000, confirms: 20 })
          told('moving pages', { ...figures, back: back.length }, back)
          expect(figures).toMatchObject({ redeemed: Array(20).fill(200), exit: 0 })
          expect(back.length).toBeGreaterThanOrEqual(figures.leaving)
          expect(figures.attachedInASecond).toBeLessThanOrEqual(330)
          expect(figures.readInASecond).toBeLessThanOrEqual(500)
          expect(Math.max(...back)).toBeLessThan(15_000)
        } finally {
          await redis.close()
          await database.drop()
        }
      }, 300_000)
    })
  })
}
