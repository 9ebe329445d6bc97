// The operator's command line: `npm run operator -- VERB`. It works on the same database as a running service, which sees
// what changed within seconds.
import { existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { type Config, ConfigError, loadConfig, withSimulator } from './config.js'
import { OrderRefused } from './core/account/operate.js'
import { operator } from './core/audit.js'
import { AppError } from './core/errors.js'
import { openStore } from './db/store.js'
import { createLog } from './log.js'
import { asText, helpText } from './operator/print.js'
import { type Desk, VERBS, type Verb } from './operator/verbs.js'
import { createRandom } from './random.js'
import { createSharedClock } from './shared-clock.js'
import { simulatedApps } from './simulator-process.js'

const OPTIONS = ['--yes', '--json']

async function main(args: readonly string[]): Promise<number> {
  const [name, ...given] = args.filter((arg) => !OPTIONS.includes(arg))
  if (name === 'help' || args.includes('--help')) {
    console.log(helpText(VERBS))
    return 0
  }
  const verb = name !== undefined && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (!name || !verb) {
    console.error(`${name ? `There is no verb ${name}.` : 'Write what to do.'}\n\n${helpText(VERBS)}`)
    return 2
  }
  const strange = given.find((arg) => arg.startsWith('--'))
  if (strange !== undefined) {
    console.error(`There is no option ${strange}: write --yes or --json.`)
    return 2
  }
  const [least, most] = verb.words
  if (given.length < least || given.length > most) {
    console.error(`${name} takes: ${verb.takes}`)
    return 2
  }
  if (existsSync('.env')) process.loadEnvFile('.env')
  const config = loadConfig(process.env, { readFile: (path) => readFileSync(path, 'utf8') })
  if (!args.includes('--yes') && !(await agreed(name, verb, given))) return 1
  // Standard output is the answer's alone.
  const log = createLog('warn', process.stderr)
  const { clock, learn } = createSharedClock(undefined, Date.now, log)
  const store = await openStore({
    url: config.databaseUrl,
    clock,
    log,
    sessionLimits: config.sessionLimits,
    guest: true,
  })
  try {
    if ((await store.pending()).length > 0) {
      throw new OrderRefused('The database is not up to date: run `npm run migrate` first.')
    }
    await learn(store.time)
    const desk = { store, ...(await knownApps(config)), clock, random: createRandom(), who: operator(userName()) }
    const answer = await verb.run(desk, given)
    console.log(args.includes('--json') ? JSON.stringify(answer, null, 2) : asText(answer))
    return 0
  } finally {
    await store.close()
  }
}

/** With the built-in simulator, which is configured nowhere, its apps are those that it lists beside the service. */
async function knownApps({ apps, host, simulator, ...config }: Config): Promise<Pick<Desk, 'apps' | 'knownFrom'>> {
  if (simulator === null) return { apps, knownFrom: 'in WECHAT_APPS' }
  try {
    const listed = await simulatedApps(host, simulator.port)
    const simulated = withSimulator({ ...config, apps, host, simulator }, { url: config.wechat.openUrl, apps: listed })
    return { apps: simulated.apps, knownFrom: 'in the simulator' }
  } catch {
    const start = `with WECHAT_APPS unset they are the simulator’s, and none answers on port ${simulator.port}`
    return { apps, knownFrom: `that I know of (${start}: start the service first)` }
  }
}

/** Who runs this, by the operating system; null where it has no name for them, as in some containers. */
function userName(): string | null {
  try {
    return userInfo().username
  } catch {
    return null
  }
}

/** Asks on a terminal; elsewhere nothing is changed without --yes. */
async function agreed(name: string, { asks }: Verb, given: readonly string[]): Promise<boolean> {
  if (asks === null) return true
  if (!process.stdin.isTTY) {
    console.error(`${name} changes the database: ${asks} Write --yes.`)
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`${name} ${given.join(' ')}: ${asks} Go on? [y/N] `)
  terminal.close()
  return /^y(es)?$/i.test(answer.trim())
}

/** What an operator can act on in one line, else the error itself. */
function adviceOn(error: unknown): unknown {
  if (error instanceof OrderRefused || error instanceof ConfigError) return error.message
  if (error instanceof AppError && error.code === 'busy') {
    if (error.details.why === 'not_committed') {
      return 'The database did not say whether this was done: look with `show` or `merges` before you order it again.'
    }
    return `The database did not serve this in time (${error.details.why}), and nothing was changed: try again in a moment.`
  }
  return error instanceof Error && /^Cannot open |is in use|^(The database|Migration) /.test(error.message)
    ? error.message
    : error
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(adviceOn(error))
    process.exitCode = 1
  },
)
