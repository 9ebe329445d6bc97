import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '#server/db/store.js'
import { describeOn, SERVERS, scratchDatabase } from '../../db/servers.js'
import { SILENT } from '../scratch-store.js'
import { operationsOn } from './operations.js'

operationsOn('SQLite', async ({ clock }) => {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-operations-'))
  const store = await openStore({ url: `sqlite:${join(directory, 'x.sqlite')}`, clock, log: SILENT })
  await store.migrate()
  const close = async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  }
  return { store, close }
})

for (const server of SERVERS) {
  describeOn(server, 'operations', () => {
    operationsOn('a server', async (time) => {
      const database = await scratchDatabase(server)
      const store = await database.open(time)
      await store.migrate()
      return { store, close: database.drop }
    })
  })
}
