import { describeOn, MARIADB, scratchDatabase } from '../db/servers.js'
import { storeContract } from './store.contract.js'

describeOn(MARIADB, 'the contract', () => {
  storeContract(MARIADB.name, async (clock) => {
    const database = await scratchDatabase(MARIADB)
    const store = await database.open({ clock })
    await store.migrate()
    return { store, close: database.drop }
  })
})
