// Two nodes, each restarted twice behind a balancer without stickiness, while people log in. The long form is in test/soak.
import { expect, test } from 'vitest'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { rollingRestart } from '../soak/rolling-restart.js'
import { told } from '../soak/told.js'
import { describeWithRedis, startRedis } from '../world/redis-server.js'

for (const server of SERVERS) {
  describeWithRedis('A confirmed login is never lost', () => {
    describeOn(server, 'by a rolling restart of two nodes', () => {
      test('no login fails, none is doubled, and each node ends in order', async () => {
        const redis = await startRedis()
        const database = await scratchDatabase(server)
        try {
          const rolled = await rollingRestart(database, redis, { rounds: 2, perSecond: 8 })
          told('rolling restart', { ...rolled, troubles: rolled.troubles.slice(0, 3), cut: rolled.cut.slice(0, 3) })
          expect(rolled).toMatchObject({ troubles: [], broken: [], twice: [], exits: [0, 0, 0, 0] })
          expect(rolled.logins).toBeGreaterThan(50)
        } finally {
          await redis.close()
          await database.drop()
        }
      }, 120_000)
    })
  })
}
