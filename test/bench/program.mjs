// What the programs of the bench have in common.
import { createServer } from 'node:net'
import { pathToFileURL } from 'node:url'

/** True when the module was started by itself, and not imported. */
export function isProgram(url) {
  return url === pathToFileURL(process.argv[1] ?? '').href
}

/** @param {import('node:http').Server} server @returns {Promise<number>} the port; 0 takes a free one */
export function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', 4096, () => resolve(server.address().port))
  })
}

/** A port that is free now. @returns {Promise<number>} */
export async function freePort() {
  const probe = createServer()
  const port = await listen(probe, 0)
  await new Promise((resolve) => probe.close(resolve))
  return port
}
