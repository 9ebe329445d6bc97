// Two nodes of one service over one database server: a browser may come to either, and a hint of one never reaches the
// other, as when Redis is gone. Only what the database says joins them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '#server/config.js'
import { createLog } from '#server/log.js'
import { startNode } from '#server/server.js'
import { type ScratchDatabase, scratchDatabase, type TestServer } from '../db/servers.js'
import { startWorld, type World } from '../world.js'
import type { Site } from './browser.js'
import { freePort } from './free-port.js'
import { webDirectory } from './pages.js'
import { createPc, type Pc } from './pc.js'

export interface TwoNodes {
  /** The world of the first node. */
  readonly here: World
  /** The second node, as browsers reach it. */
  readonly there: Site
  readonly database: ScratchDatabase
  /** The same browser, whose requests go to the second node. */
  thereAs(pc: Pc): Pc
  close(): Promise<void>
}

const KEYS = ['a-fixed-key-of-both-nodes-0123456789abcdef']

/** To be closed in `afterAll`. */
export async function startTwoNodes(server: TestServer): Promise<TwoNodes> {
  const database = await scratchDatabase(server)
  const configs: Config[] = []
  const here = await startWorld({
    keys: KEYS,
    config(config) {
      const own = { ...config, databaseUrl: database.url }
      configs.push(own)
      return own
    },
  })
  const [config] = configs
  if (!config) throw new Error('The first node had no configuration.')
  const scratch = mkdtempSync(join(tmpdir(), 'saoma-second-'))
  const port = await freePort()
  const node = await startNode({
    config: { ...config, port },
    clock: () => here.now(),
    keys: KEYS,
    log: createLog('info', { write: () => {} }),
    webDirectory: webDirectory(scratch),
  })
  const there: Site = { publicUrl: here.publicUrl, connectTo: `http://127.0.0.1:${port}` }
  return {
    here,
    there,
    database,
    thereAs(pc) {
      const same = createPc(there)
      for (const [name, value] of pc.browser.jar) same.browser.jar.set(name, value)
      return same
    },
    async close() {
      await node.close()
      await here.close()
      await database.drop()
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}
