import { describeOn, POSTGRES, scratchDatabase } from '../db/servers.js'
import { killTests } from './kill.js'

describeOn(POSTGRES, 'promises 2 and 5 under `kill -9`', () => {
  killTests(() => scratchDatabase(POSTGRES), 1, ['website'])
})
