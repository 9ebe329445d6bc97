// R8 in full: Redis is away for thirty seconds while twenty people a second log in at two nodes.
import { expect, test } from 'vitest'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { describeWithRedis, startRedis } from '../world/redis-server.js'
import { outage } from './redis-outage.js'
import { percentile, told } from './told.js'

for (const server of SERVERS) {
  describeWithRedis('Redis', () => {
    describeOn(server, 'away for thirty seconds', () => {
      test.each(['killed', 'held', 'emptied'] as const)(
        '%s: 0 lost logins',
        async (kind) => {
          const redis = await startRedis()
          const database = await scratchDatabase(server)
          try {
            // So long that what grows at every start has grown.
            const sizes = { perSecond: 20, warmUpMs: 40_000, awayMs: 30_000 }
            const { told: times, slowest, ...figures } = await outage(database, redis, kind, sizes)
            const of = (all: readonly number[]) => ({ p50: percentile(all, 50), p99: percentile(all, 99) })
            const shown = ({ before, during, after }: typeof times) => ({
              ...{ before: of(before), during: of(during), after: of(after) },
            })
            told(`redis ${kind}`, {
              ...figures,
              troubles: figures.troubles.slice(0, 3),
              told: shown(times),
              slowest: shown(slowest),
            })
            expect(figures).toMatchObject({ troubles: [], broken: [], warned: true })
            expect(percentile(times.during, 99)).toBeLessThan(percentile(times.before, 99) + 2_500)
            expect(percentile(slowest.during, 99)).toBeLessThan(percentile(slowest.before, 99) + 1_000)
            expect(figures.backAfter).toBeLessThan(3_000)
            expect(figures.grown).toBeLessThan(20 * 1024 * 1024)
            expect(percentile(times.after, 50)).toBeLessThan(500)
          } finally {
            await redis.close()
            await database.drop()
          }
        },
        180_000,
      )
    })
  })
}
