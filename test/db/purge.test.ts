import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { openStore } from '#server/db/store.js'
import { purgeOn } from './purge-stories.js'
import { describeOn, SERVERS, scratchDatabase } from './servers.js'
import { eventLog } from './temp.js'

describe('what is forgotten, on SQLite', () => {
  purgeOn(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'saoma-purge-'))
    const store = await openStore({ url: `sqlite:${join(directory, 'x.sqlite')}`, clock: Date.now, log: eventLog() })
    await store.migrate()
    const close = async () => {
      await store.close()
      rmSync(directory, { recursive: true })
    }
    return { store, close }
  })
})

for (const server of SERVERS) {
  describeOn(server, 'what is forgotten', () => {
    purgeOn(async () => {
      const database = await scratchDatabase(server)
      const store = await database.open()
      await store.migrate()
      return { store, close: database.drop }
    })
  })
}
