// Promise 2 when Redis is gone: two real programs under logins, each page at one node and each phone at the other. The long form
// is in test/soak.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { describeOn, type ScratchDatabase, SERVERS, scratchDatabase } from '../db/servers.js'
import { outage } from '../soak/redis-outage.js'
import { percentile, told } from '../soak/told.js'
import { describeWithRedis, startRedis, type TestRedis } from '../world/redis-server.js'

for (const server of SERVERS) {
  describeWithRedis('A confirmed login is never lost', () => {
    describeOn(server, 'by a Redis outage', () => {
      let redis: TestRedis
      let database: ScratchDatabase
      beforeEach(async () => {
        redis = await startRedis()
        database = await scratchDatabase(server)
      })
      afterEach(async () => {
        await redis.close()
        await database.drop()
      })

      const kinds = server.name === 'PostgreSQL' ? (['killed', 'held', 'emptied'] as const) : (['killed'] as const)
      test.each(kinds)(
        '%s under logins: none is lost, no request waits for it, and all is as before when it is back',
        async (kind) => {
          const awayMs = kind === 'emptied' ? 1_000 : 5_000
          const sizes = { perSecond: 5, warmUpMs: 3_000, awayMs }
          const { told: times, slowest, ...figures } = await outage(database, redis, kind, sizes)
          told(
            `redis ${kind}`,
            { ...figures, troubles: figures.troubles.slice(0, 3), during: percentile(times.during, 99) },
            times.after,
          )
          expect(figures).toMatchObject({ troubles: [], broken: [], warned: true })
          // The net's longest interval, and as much again for the machine.
          for (const ms of times.during) expect(ms).toBeLessThan(5_000)
          expect(percentile(slowest.during, 90)).toBeLessThan(percentile(slowest.before, 50) + 1_000)
          expect(figures.backAfter).toBeLessThan(3_000)
          // Told by hints again: half of all pages sooner than by any net.
          expect(percentile(times.after, 50)).toBeLessThan(500)
        },
        60_000,
      )
    })
  })
}
