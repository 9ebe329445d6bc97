// The program: reads the environment, starts the simulator when no WeChat app is configured, starts one node, and ends
// it in order. `node main.js migrate` only brings the database up to date.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { appsWithPlainPushes, type Config, ConfigError, describeConfig, loadConfig, withSimulator } from './config.js'
import { firstCode } from './core/operator/code.js'
import type { Log } from './core/ports.js'
import { namesServer } from './db/address.js'
import { openStore } from './db/store.js'
import { watchEventLoop } from './event-loop.js'
import { readOrMakeKeys } from './keys.js'
import { createLog, logLastWords } from './log.js'
import { createLogOutput } from './log-output.js'
import { createRandom } from './random.js'
import { type Node, startNode } from './server.js'
import { startSimulatorProcess } from './simulator-process.js'

/** How long an orderly end may take, beside DRAIN_DELAY, before the process goes anyway. */
const DRAIN_MS = 14_000
/** The port stays open so long after readiness has gone, so that kept-alive clients hear with an answer that they must leave. */
const LAST_CALL_MS = 500
const PLAIN_PUSHES =
  'WeChat’s signature does not cover what a plain push says: choose secure mode at WeChat, and set "aesKey" in WECHAT_APPS'
/** Of an end that was cut short by a second signal, as shells tell it. */
const EXIT_CODES = { SIGTERM: 143, SIGINT: 130 } as const

async function main(): Promise<void> {
  // What the environment says already counts more than the file.
  if (existsSync('.env')) process.loadEnvFile('.env')
  const configured = loadConfig(process.env, { readFile: (path) => readFileSync(path, 'utf8') })
  const output = createLogOutput(process)
  const log = createLog(configured.logLevel, output)
  logLastWords(log, { process, console })
  if (process.argv[2] === 'migrate') {
    await migrate(configured, createLog('warn', output))
    return
  }

  const simulator =
    configured.simulator &&
    (await startSimulatorProcess({ ...configured, port: configured.simulator.port, servicePort: configured.port }))
  const config = simulator ? withSimulator(configured, simulator) : configured
  const keys = config.sessionKeys ?? readOrMakeKeys(join(dataDirectory(config), 'session-keys'), randomBytes)
  const webDirectory = fileURLToPath(new URL('../web', import.meta.url))
  const node = await startNode({ config, keys, log, webDirectory, loop: watchEventLoop() })
  log.info('started', { listening: node.url, ...describeConfig(config) })
  for (const app of appsWithPlainPushes(config)) log.warn('notify.plain', { app, advice: PLAIN_PUSHES })
  console.error(
    `\n  Saoma 扫码: ${config.publicUrl}${simulator ? `\n  Simulated WeChat and its phone: ${simulator.url}/phone` : ''}\n`,
  )

  await tellFirstCode(node, config, log)

  let ending = false
  const end = (signal: keyof typeof EXIT_CODES): void => {
    if (ending) {
      log.warn('cut_short', { signal })
      simulator?.stop()
      process.exit(EXIT_CODES[signal])
    }
    ending = true
    const delayMs = Math.max(config.drainDelayMs, LAST_CALL_MS)
    const askedAt = performance.now()
    log.info('draining', { signal, delayMs })
    setTimeout(() => {
      log.error('drain.late', { afterMs: delayMs + DRAIN_MS })
      process.exit(1)
    }, delayMs + DRAIN_MS).unref()
    node.close(delayMs).then(
      () => {
        simulator?.stop()
        log.info('stopped', { signal, ms: Math.round(performance.now() - askedAt) })
        process.exit(0)
      },
      (error: unknown) => {
        log.error('drain.failed', { error })
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

/** While nobody operates the service: the code that makes whoever reads this an operator. It is told here and nowhere else. */
async function tellFirstCode({ store, clock }: Node, { publicUrl }: Config, log: Log): Promise<void> {
  const first = await firstCode(store, createRandom(), clock()).catch((error: unknown) => {
    log.warn('operator_code.failed', { error })
    return null
  })
  if (first === null) return
  console.error(`  The console has no operator yet. Log in at ${publicUrl}/login?returnTo=/admin and enter this code
  (good once, for a day; another one: npm run operator -- operator-code):  ${first.code}\n`)
}

async function migrate(config: Config, log: Log): Promise<void> {
  const store = await openStore({ url: config.databaseUrl, clock: Date.now, log })
  try {
    const done = await store.migrate()
    console.error(done.length === 0 ? 'The database is up to date.' : `Applied: ${done.join(', ')}`)
  } finally {
    await store.close()
  }
}

/** Where SQLite's file is; with a database server, where it would be. */
function dataDirectory({ databaseUrl }: Config): string {
  return namesServer(databaseUrl) ? 'data' : dirname(databaseUrl.replace(/^sqlite:/, ''))
}

main().catch((error: unknown) => {
  console.error(adviceOn(error))
  process.exit(1)
})

/** What an operator can act on in one line, else the error itself. */
function adviceOn(error: unknown): unknown {
  if (error instanceof ConfigError) return error.message
  if (!(error instanceof Error)) return error
  if ('code' in error && error.code === 'EADDRINUSE') return `${error.message}: stop what is there, or set PORT.`
  if (error.message.startsWith('The simulator did not start')) return `${error.message} Or set SIMULATOR_PORT.`
  if (error.message.includes('is in use by another process')) {
    return `${error.message}. Stop the other Saoma, or set DATABASE_URL to another file.`
  }
  return error.message.startsWith('Cannot open ') ? error.message : error
}
