// R7 in full: five restarts of each of two nodes under twenty logins a second.
import { expect, test } from 'vitest'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { describeWithRedis, startRedis } from '../world/redis-server.js'
import { rollingRestart } from './rolling-restart.js'
import { told } from './told.js'

for (const server of SERVERS) {
  describeWithRedis('a rolling restart', () => {
    describeOn(server, 'of two nodes, five times each', () => {
      test('under twenty logins a second: 0 failed, 0 doubled', async () => {
        const redis = await startRedis()
        const database = await scratchDatabase(server)
        try {
          const rolled = await rollingRestart(database, redis, { rounds: 5, perSecond: 20 })
          told('rolling restart', { ...rolled, troubles: rolled.troubles.slice(0, 3), cut: rolled.cut.slice(0, 3) })
          expect(rolled).toMatchObject({ troubles: [], broken: [], twice: [], exits: Array(10).fill(0) })
        } finally {
          await redis.close()
          await database.drop()
        }
      }, 300_000)
    })
  })
}
