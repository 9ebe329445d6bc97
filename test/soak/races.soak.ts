// 200 arrivals of each of 100 people at once, 500 tickets, fifty tabs each, and 1,000 callbacks that come twice: on one node with SQLite; at two nodes with each server,
// without Redis and with it.
import { describe } from 'vitest'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { raceTests } from '../races/races.js'
import { describeWithRedis } from '../world/redis-server.js'

const SIZES = { arrivals: 200, people: 100, tickets: 500, racers: 50, callbacks: 1_000 }

describe('races on SQLite', () => raceTests(null, SIZES))

for (const server of SERVERS) {
  describeOn(server, 'races at two nodes', () => raceTests(() => scratchDatabase(server), SIZES))
  describeWithRedis('over Redis', () => {
    describeOn(server, 'races at two nodes', () => raceTests(() => scratchDatabase(server), SIZES, true))
  })
}
