// The operator's command line: `npm run operator -- VERB`. It works on the same database as a running service, which sees
// what changed within seconds.
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { ConfigError, loadConfig } from './config.js'
import { OrderRefused } from './core/account/operate.js'
import { openStore } from './db/store.js'
import { createLog } from './log.js'
import { asText, helpText } from './operator/print.js'
import { VERBS, type Verb } from './operator/verbs.js'

const OPTIONS = ['--yes', '--json']

async function main(args: readonly string[]): Promise<number> {
  const [name = 'help', ...given] = args.filter((arg) => !OPTIONS.includes(arg))
  const verb = VERBS[name]
  if (!verb) {
    const known = name === 'help' || name === '--help'
    if (!known) console.error(`There is no verb ${name}.\n`)
    console.error(helpText(VERBS))
    return known ? 0 : 2
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
  const store = await openStore({
    url: config.databaseUrl,
    clock: Date.now,
    log: createLog('warn'),
    sessionLimits: config.sessionLimits,
    guest: true,
  })
  try {
    if (!(await store.ready())) throw new OrderRefused('The database is not up to date: run `npm run migrate` first.')
    const answer = await verb.run({ store, apps: config.apps, clock: Date.now }, given)
    console.log(args.includes('--json') ? JSON.stringify(answer, null, 2) : asText(answer))
    return 0
  } finally {
    await store.close()
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

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const expected = error instanceof OrderRefused || error instanceof ConfigError
    const opening = error instanceof Error && /^Cannot open |is in use/.test(error.message)
    console.error(expected || opening ? error.message : error)
    process.exitCode = 1
  },
)
