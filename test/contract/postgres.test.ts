import { describeOn, POSTGRES, scratchDatabase } from '../db/servers.js'
import { storeContract } from './store.contract.js'

describeOn(POSTGRES, 'the contract', () => {
  storeContract(POSTGRES.name, async (clock) => {
    const database = await scratchDatabase(POSTGRES)
    const store = await database.open({ clock })
    await store.migrate()
    return { store, close: database.drop }
  })
})
