// Loaded into the real program by `node --import`, from outside: says what its heap still holds after a collection.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

process.on('message', () => {
  collect()
  process.send(process.memoryUsage().heapUsed)
})
