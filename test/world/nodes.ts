// One node on its own SQLite file, or two on one database server: the same site, reached at either.
import type { Config } from '#server/config.js'
import type { WechatApp } from '#server/core/ports.js'
import { createLog } from '#server/log.js'
import { type Node, startNode } from '#server/server.js'
import { startWorld, type World } from '../world.js'
import type { Site } from './browser.js'
import { webDirectory } from './pages.js'

const KEYS = ['a-fixed-key-for-tests-only-0123456789abcdef']

export interface Nodes {
  /** The first node, with the simulator of both. WeChat's pushes come to it. */
  readonly world: World
  /** The second node; null where there is one only. */
  readonly second: Node | null
  /** Every node. */
  readonly sites: readonly Site[]
  /** What any of them logged as an error. */
  errors(): readonly string[]
  close(): Promise<void>
}

/** @param databaseUrl null: SQLite, one node @param apps changes every app @param redisUrl joins two
 * @param skewMs how wrong the clock of the second one is */
export async function startNodes(
  databaseUrl: string | null,
  apps: Partial<WechatApp> = {},
  redisUrl: string | null = null,
  skewMs = 0,
): Promise<Nodes> {
  let config: Config | null = null
  const world = await startWorld({
    keys: KEYS,
    config: (loaded) => {
      config = {
        ...loaded,
        apps: loaded.apps.map((app) => ({ ...app, ...apps })),
        ...(databaseUrl === null ? {} : { databaseUrl, redisUrl }),
      }
      return config
    },
  })
  const log: string[] = []
  const second =
    databaseUrl === null
      ? null
      : await startNode({
          config: { ...(config as unknown as Config), port: 0 },
          ownClock: () => Date.now() + skewMs,
          keys: KEYS,
          log: createLog('info', { write: (line) => void log.push(line) }),
          webDirectory: webDirectory(world.file.replace(/[^/]+$/, '')),
        })
  const here: Site = { publicUrl: world.publicUrl, connectTo: world.connectTo }
  return {
    world,
    second,
    sites: second === null ? [here] : [here, { ...here, connectTo: second.url }],
    errors: () => [...world.log, ...log].filter((line) => line.includes('"level":50')),
    async close() {
      await second?.close()
      await world.close()
    },
  }
}
