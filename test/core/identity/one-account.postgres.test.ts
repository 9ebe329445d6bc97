import { POSTGRES } from '../../db/servers.js'
import { promiseOn } from './one-account.js'

promiseOn(POSTGRES)
