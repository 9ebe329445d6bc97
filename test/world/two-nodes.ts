// Two nodes of one service over one database server: a browser may come to either. Without Redis a hint of one never reaches
// the other, as when Redis is gone: only what the database says joins them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '#server/config.js'
import { createLog } from '#server/log.js'
import { type Node, type NodeOptions, startNode } from '#server/server.js'
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
  readonly second: Node
  readonly database: ScratchDatabase
  /** The same browser, whose requests go to the second node. */
  thereAs(pc: Pc): Pc
  close(): Promise<void>
}

const KEYS = ['a-fixed-key-of-both-nodes-0123456789abcdef']

interface TwoNodesOptions {
  readonly redisUrl?: string
  readonly timing?: NodeOptions['timing']
  /** Has the last word on the configuration of both. */
  readonly config?: (config: Config) => Config
  /** Lines of the second node's log. */
  readonly log?: string[]
}

/** To be closed in `afterAll`. */
export async function startTwoNodes(server: TestServer, options: TwoNodesOptions = {}): Promise<TwoNodes> {
  const timing = options.timing && { timing: options.timing }
  const database = await scratchDatabase(server)
  const configs: Config[] = []
  const here = await startWorld({
    keys: KEYS,
    ...timing,
    config(config) {
      const joined = { ...config, databaseUrl: database.url, redisUrl: options.redisUrl ?? null }
      const own = options.config?.(joined) ?? joined
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
    log: createLog('info', { write: (line) => void options.log?.push(line) }),
    webDirectory: webDirectory(scratch),
    ...timing,
  })
  const there: Site = { publicUrl: here.publicUrl, connectTo: `http://127.0.0.1:${port}` }
  return {
    here,
    there,
    second: node,
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
