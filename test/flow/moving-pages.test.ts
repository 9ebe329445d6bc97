// A drain of one of two nodes: its waiting pages go to the other one, not all at once, and nothing is lost on the way. The long
// form is in test/soak.
import { expect, test } from 'vitest'
import { describeOn, POSTGRES, scratchDatabase } from '../db/servers.js'
import { movePages } from '../soak/moving-pages.js'
import { told } from '../soak/told.js'
import { describeWithRedis, startRedis } from '../world/redis-server.js'

describeWithRedis('a drain', () => {
  describeOn(POSTGRES, 'of one of two nodes', () => {
    test('its pages wait on at the other one, those confirmed meanwhile are in, and the other one is not overrun', async () => {
      const redis = await startRedis()
      const database = await scratchDatabase(POSTGRES)
      try {
        const { back, ...figures } = await movePages(database, redis, { pages: 200, confirms: 10 })
        told('moving pages', { ...figures, back: back.length }, back)
        expect(figures).toMatchObject({ redeemed: Array(10).fill(200), exit: 0 })
        expect(figures.leaving).toBeGreaterThan(50)
        expect(back.length).toBeGreaterThanOrEqual(figures.leaving)
        expect(Math.max(...back)).toBeLessThan(12_000)
      } finally {
        await redis.close()
        await database.drop()
      }
    }, 60_000)
  })
})
