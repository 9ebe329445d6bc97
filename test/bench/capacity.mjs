// node test/bench/capacity.mjs --from RESULT.json: what a million waiting pages and ten thousand logins a second would take, by what
// `npm run bench` measured on this machine, and what breaks first. Arithmetic, not a promise: what was not measured is said
// to be so, and every figure of the calculation is printed beside its source.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { figure, summary } from './results.mjs'

const RESULTS = fileURLToPath(new URL('./results/', import.meta.url))

/** How often a page that waits begins again: a website ticket lives ten minutes. */
const PAGE_LIVES_S = 600
/** Scanned or not, confirmed, redeemed: what a login tells the other nodes. */
const HINTS_A_LOGIN = 3
/** attach, claim, confirm, redeem. */
const COMMITS_A_LOGIN = 4
/** One thread of Redis hands out about so many messages a second. Not measured here: a figure of the field. */
const REDIS_MESSAGES = 1_000_000

/**
 * @param {{ cpuMs: number, rssBytes: number, attachMs: number, restUs: number, hintUs: number }} measured of a login, of a waiting
 *   page, and of a hint from another node
 * @param {{ pages: number, logins: number, cores: number, memoryGb: number, use: number, files: number }} wanted
 */
export function reckon(measured, { pages, logins, cores, memoryGb, use, files }) {
  const attaches = pages / PAGE_LIVES_S
  const coresFor = {
    logins: (logins * measured.cpuMs) / 1_000,
    attaches: (attaches * measured.attachMs) / 1_000,
    waiting: (pages * measured.restUs) / 1_000_000,
  }
  const busy = Object.values(coresFor).reduce((sum, share) => sum + share, 0)
  // Every node hears every hint but its own: each further process costs all of them so much of a core.
  const heard = (logins * HINTS_A_LOGIN * measured.hintUs) / 1_000_000
  const byCpu = heard < use ? Math.ceil(Math.max(busy - heard, 0) / (use - heard)) : Number.POSITIVE_INFINITY
  const byFiles = Math.ceil(pages / files)
  const byMemory = Math.ceil((pages * measured.rssBytes) / (((memoryGb * 1e9) / cores) * use))
  const processes = Math.max(byCpu, byFiles, byMemory, 2)
  return {
    coresFor: { ...coresFor, hints: heard * (processes - 1) },
    ...{ byCpu, byFiles, byMemory, processes },
    machines: Math.ceil(processes / cores),
    /** Every hint reaches every other node. */
    deliveries: logins * HINTS_A_LOGIN * (processes - 1),
    redis: REDIS_MESSAGES,
    commits: logins * COMMITS_A_LOGIN,
    wechatCalls: logins * 2,
  }
}

/** What a result file says of a login and of a page. @throws Error that says which scenario is missing */
export function measuredOf(result) {
  const part = (scenario, name) => {
    const found = result.scenarios.find(({ id }) => id === scenario)?.parts.find((one) => one.name === name)
    if (!found || found.samples.length === 0) {
      throw new Error(`The result has no "${name}". Run: npm run bench -- --only throughput,idle,hint`)
    }
    return summary(found.samples).median
  }
  return {
    cpuMs: part('throughput', 'website, saoma: CPU ms/login'),
    rssBytes: part('idle', 'saoma: RSS bytes/page'),
    attachMs: part('idle', 'saoma: CPU ms/page, begun and attached'),
    restUs: part('idle', 'saoma: CPU µs/s a page that waits'),
    hintUs: part('hint', 'CPU µs a hint at a node where nobody watches'),
  }
}

function print(measured, wanted) {
  const all = reckon(measured, wanted)
  const { coresFor } = all
  const line = (what, value, why) => console.log(`  ${what.padEnd(46)}${value.padStart(14)}  ${why}`)
  console.log(`\n${figure(wanted.pages)} pages that wait, ${figure(wanted.logins)} logins a second`)
  line('cores for logins', figure(coresFor.logins), `${figure(measured.cpuMs)} ms each, measured on SQLite`)
  line(
    'cores for pages that begin and attach',
    figure(coresFor.attaches),
    `one in ${PAGE_LIVES_S} s, ${figure(measured.attachMs)} ms each`,
  )
  line('cores for pages that wait', figure(coresFor.waiting), `${figure(measured.restUs)} µs a second each`)
  line(
    'cores for hints of other nodes',
    figure(coresFor.hints),
    `${figure(measured.hintUs)} µs each, at every node but one`,
  )
  line(
    'processes, by processor',
    figure(all.byCpu),
    Number.isFinite(all.byCpu)
      ? `${Math.round(wanted.use * 100)} % of a core each`
      : 'no number: to hear all hints fills each; it needs a channel by ticket',
  )
  line(
    'processes, by memory',
    figure(all.byMemory),
    `${figure(measured.rssBytes)} bytes a page, ${wanted.memoryGb} GB for ${wanted.cores} of them`,
  )
  line(
    'processes, by open files',
    figure(all.byFiles),
    `${figure(wanted.files)} sockets each; more than 19,000 were not measured`,
  )
  line(`machines of ${wanted.cores} cores`, figure(all.machines), '')
  console.log('\nWhat breaks first, and what then takes over')
  line(
    'messages Redis hands out a second',
    figure(all.deliveries),
    `one thread does about ${figure(all.redis)}: Redis Cluster's sharded pub/sub, a channel by ticket`,
  )
  line('commits a second', figure(all.commits), 'beyond one PostgreSQL, whose log is written in one order: a database')
  line('', '', 'that speaks its protocol on many machines (CockroachDB, YugabyteDB)')
  line('connections to the database', figure(all.processes * 10), '10 a process: PgBouncer from a few hundred on')
  line(
    'calls to WeChat a second',
    figure(all.wechatCalls),
    'WeChat gives each app a quota (45009, 45011): more apps, or a higher quota',
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      pages: { type: 'string', default: '1000000' },
      logins: { type: 'string', default: '10000' },
      cores: { type: 'string', default: '8' },
      memory: { type: 'string', default: '16' },
      files: { type: 'string', default: '19000' },
      use: { type: 'string', default: '0.6' },
    },
  })
  const newest = () =>
    readdirSync(RESULTS)
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .at(-1)
  const result = JSON.parse(readFileSync(values.from ?? `${RESULTS}${newest()}`, 'utf8'))
  print(measuredOf(result), {
    pages: Number(values.pages),
    logins: Number(values.logins),
    cores: Number(values.cores),
    memoryGb: Number(values.memory),
    files: Number(values.files),
    use: Number(values.use),
  })
}
