// `kill -9` twenty times at every named point of both methods, on all three databases: 2,880 lives of the program.
import { describe } from 'vitest'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { killTests } from '../faults/kill.js'
import { rows } from '../world/database.js'

const TIMES = 20

describe('promises 2 and 5 under `kill -9` on SQLite', () => {
  killTests(async (file) => ({ url: null, query: (sql) => rows(file(), sql), drop: async () => {} }), TIMES)
})

for (const server of SERVERS) {
  describeOn(server, 'promises 2 and 5 under `kill -9`', () => killTests(() => scratchDatabase(server), TIMES))
}
