// A server without a connection to give: whoever waits for one is told that it is busy, never that something broke.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionError } from 'sequelize'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serverAddress } from '#server/db/address.js'
import { describeMariadb, describePostgres, unavailable } from '#server/db/server-errors.js'
import { openPool, REQUEST_LIMITS } from '#server/db/server-pool.js'
import { describeOn, type ScratchDatabase, SERVERS, scratchDatabase } from './servers.js'

test.each(['postgres', 'mariadb'])(
  '%s that takes connections and says nothing is unreachable to all who wait',
  async (scheme) => {
    const open = new Set<Socket>()
    const silent = createServer((socket) => void open.add(socket)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const url = `${scheme}://me@127.0.0.1:${(silent.address() as AddressInfo).port}/saoma`
    const pool = await openPool(serverAddress(url), { ...REQUEST_LIMITS, connections: 1 })
    const ask = () => pool.sql().rows('SELECT 1').catch(unavailable)
    const first = ask()
    await sleep(500)
    // Whoever came later is told of the connection that the first one had asked for.
    expect(await Promise.all([first, ask()])).toEqual([expect.any(String), 'unreachable'])
    for (const socket of open) socket.destroy()
    silent.close()
    await pool.close()
  },
  15_000,
)

test.each([
  ['PostgreSQL', describePostgres, '53300'],
  ['MariaDB', describeMariadb, 'ER_CON_COUNT_ERROR'],
])('%s that has no room for one more connection is unreachable', (_, describe, code) => {
  const refused = new ConnectionError(Object.assign(new Error('too many'), { code }))
  expect(unavailable(describe(refused, false))).toBe('unreachable')
})

for (const server of SERVERS) {
  describeOn(server, 'when no connection becomes free in time', () => {
    let database: ScratchDatabase
    beforeAll(async () => {
      database = await scratchDatabase(server)
    })
    afterAll(() => database.drop())

    test('a read is busy, and so is a transaction that cannot begin', async () => {
      const limits = { ...REQUEST_LIMITS, connections: 1, idleInTransactionMs: 20_000 }
      const pool = await openPool(serverAddress(database.url), limits)
      let release = () => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      const holder = pool.sequelize.transaction(() => released)
      await sleep(200)
      const begin = pool.sequelize.transaction(() => Promise.resolve()).catch((error) => pool.describe(error, false))
      const failures = await Promise.all([
        pool
          .sql()
          .rows('SELECT 1')
          .catch((error: unknown) => error),
        begin,
      ])
      expect(failures.map(unavailable)).toEqual(['too_slow', 'too_slow'])
      release()
      await holder
      await pool.close()
    }, 15_000)
  })
}
