// Races over HTTP, on one node with SQLite, and on two nodes with each server, without Redis and with it. Never retried. Long forms: test/soak.
import { describe } from 'vitest'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { describeWithRedis } from '../world/redis-server.js'
import { type RaceSizes, raceTests } from './races.js'

const SIZES: RaceSizes = { arrivals: 60, people: 2, tickets: 10, racers: 50, callbacks: 56 }

describe('races on SQLite', () => raceTests(null, SIZES))

for (const server of SERVERS) {
  for (const minutes of [-10, 10]) {
    describeOn(server, `races at two nodes, the clock of one ${minutes} minutes off,`, () =>
      raceTests(
        () => scratchDatabase(server),
        { arrivals: 12, people: 1, tickets: 2, racers: 12, callbacks: 8 },
        false,
        minutes * 60_000,
      ),
    )
  }
  describeOn(server, 'races at two nodes', () => raceTests(() => scratchDatabase(server), SIZES))
  describeWithRedis('over Redis', () => {
    describeOn(server, 'races at two nodes', () =>
      raceTests(() => scratchDatabase(server), { ...SIZES, tickets: 5 }, true),
    )
  })
}
