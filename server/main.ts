// The program: reads the environment, starts the simulator when no WeChat app is configured, starts one node, and ends
// it in order. `node main.js migrate` only brings the database up to date.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Config, ConfigError, describeConfig, loadConfig, withSimulator } from './config.js'
import { openStore } from './db/store.js'
import { readOrMakeKeys } from './keys.js'
import { createLog } from './log.js'
import { startNode } from './server.js'
import { startSimulatorProcess } from './simulator-process.js'

/** How long an orderly end may take before the process goes anyway. */
const DRAIN_MS = 15_000

async function main(): Promise<void> {
  // What the environment says already counts more than the file.
  if (existsSync('.env')) process.loadEnvFile('.env')
  const configured = loadConfig(process.env, { readFile: (path) => readFileSync(path, 'utf8') })
  const log = createLog(configured.logLevel)
  if (process.argv[2] === 'migrate') {
    await migrate(configured)
    return
  }

  const simulator =
    configured.simulator && (await startSimulatorProcess({ ...configured, port: configured.simulator.port }))
  const config = simulator ? withSimulator(configured, simulator) : configured
  const keys = config.sessionKeys ?? readOrMakeKeys(join(dataDirectory(config), 'session-keys'), randomBytes)
  const webDirectory = fileURLToPath(new URL('../web', import.meta.url))
  const node = await startNode({ config, keys, log, webDirectory })
  log.info('started', { listening: node.url, ...describeConfig(config) })
  console.error(
    `\n  Saoma 扫码: ${config.publicUrl}${simulator ? `\n  Simulated WeChat and its phone: ${simulator.url}/phone` : ''}\n`,
  )

  const end = (signal: string): void => {
    log.info('draining', { signal })
    setTimeout(() => process.exit(1), DRAIN_MS).unref()
    node.close().then(
      () => {
        simulator?.stop()
        process.exit(0)
      },
      (error: unknown) => {
        log.error('drain.failed', { error })
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
}

async function migrate(config: Config): Promise<void> {
  const store = await openStore({ url: config.databaseUrl, clock: Date.now, log: createLog('warn') })
  try {
    const done = await store.migrate()
    console.error(done.length === 0 ? 'The database is up to date.' : `Applied: ${done.join(', ')}`)
  } finally {
    await store.close()
  }
}

function dataDirectory(config: Config): string {
  return dirname(config.databaseUrl.replace(/^sqlite:/, ''))
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exit(1)
})
