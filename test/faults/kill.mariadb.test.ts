import { describeOn, MARIADB, scratchDatabase } from '../db/servers.js'
import { killTests } from './kill.js'

describeOn(MARIADB, 'promises 2 and 5 under `kill -9`', () => {
  killTests(() => scratchDatabase(MARIADB), 1, ['relay'])
})
