import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '#server/db/store.js'
import { storeContract } from './store.contract.js'

storeContract('SQLite', async (clock) => {
  const directory = await mkdtemp(join(tmpdir(), 'saoma-contract-'))
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const store = await openStore({ url: `sqlite:${join(directory, 'store.sqlite')}`, clock, log })
  await store.migrate()
  return {
    store,
    async close() {
      await store.close()
      await rm(directory, { recursive: true })
    },
  }
})
