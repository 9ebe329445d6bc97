// npm run bench: Saoma as it is shipped (durable tickets and sessions, audit, limits, headers, logs: everything on) against
// references that are kept here and speak the same addresses: `limit`, the most that one core can do; `textbook`, the same
// libraries as everybody puts them together; and the limit asked every second, as the peers' pages ask. Each is a process of
// its own, on a core of its own where `taskset` is there; driver and WeChat have the other one. The driver goes the whole
// way over HTTP and sockets (begin, the code drawn, attach, scan, WeChat's code brought back, push, redeem, the session read)
// and checks every answer; what goes wrong is a failure, not a login.
//
// What is compared: `website`, where WeChat's page shows WeChat's code, and each login asks WeChat twice; and `relay`, where
// the server draws the code and asks the person on its own page. Half of the people are new. The scenarios say where they
// differ. References are not durable (tickets) and neither limit, log, audit nor measure: that is what a ratio tells the
// price of. V8 goes on optimising a server for half a minute under load, and ours, which has more code, longer than the
// references: what is measured comes after a warm-up, which is the same for all, and what the first seconds were like stands
// beside it. Absolute figures move from machine to machine, and ratios of a machine that does other things move too: CPU per
// login is the steadiest. Bars are wanted of the median.
//
//   npm run bench -- --only throughput,burst --runs 5 --seconds 8 --warmup 40 --out FILE --compare FILE
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { drawPage } from './plot.mjs'
import { collect, printTables } from './results.mjs'
import { accounts } from './scenarios/accounts.mjs'
import { burst } from './scenarios/burst.mjs'
import { durable, throughput } from './scenarios/logins.mjs'
import { hint, nodes } from './scenarios/nodes.mjs'
import { poll } from './scenarios/poll.mjs'
import { boot, code, session } from './scenarios/small.mjs'
import { stall } from './scenarios/stall.mjs'
import { idle, slowWechat, stream } from './scenarios/waiting.mjs'
import { pinDriver, SERVER_CORE, startSystem, startWechat } from './systems.mjs'

const SCENARIOS = [
  throughput,
  durable,
  burst,
  stream,
  idle,
  stall,
  code,
  session,
  accounts,
  slowWechat,
  boot,
  poll,
  nodes,
  hint,
]
const RESULTS = fileURLToPath(new URL('./results/', import.meta.url))

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    warmup: { type: 'string', default: '40' },
    users: { type: 'string', default: '32' },
    out: { type: 'string' },
    compare: { type: 'string' },
  },
})

const wanted = values.only?.split(',') ?? SCENARIOS.map(({ id }) => id)
const unknown = wanted.filter((id) => !SCENARIOS.some((scenario) => scenario.id === id))
if (unknown.length > 0) {
  console.error(`--only ${unknown.join(',')} is none of ${SCENARIOS.map(({ id }) => id).join(', ')}`)
  process.exit(1)
}
const earlier = values.compare === undefined ? null : JSON.parse(readFileSync(values.compare, 'utf8'))
const runs = Number(values.runs)

pinDriver()
const wechat = await startWechat()
const directory = mkdtempSync(join(tmpdir(), 'saoma-bench-'))
const bench = {
  directory,
  load: { seconds: Number(values.seconds), warmup: Number(values.warmup), users: Number(values.users) },
  run: 0,
  /** Whoever is measured first in one run is last in the next one. */
  inTurn: (names) => (bench.run % 2 === 0 ? names : names.toReversed()),
  /** Starts a system, hands it to `work`, and ends it. */
  async with(name, { wechat: url = wechat.url, ...options }, work) {
    const system = await startSystem(name, { wechat: url ?? wechat.url, ...options })
    try {
      return await work(system)
    } finally {
      await system.stop()
    }
  },
}

const startedAt = new Date()
const outcomes = new Map(wanted.map((id) => [id, []]))
try {
  for (bench.run = 0; bench.run < runs; bench.run++) {
    for (const scenario of SCENARIOS.filter(({ id }) => outcomes.has(id))) {
      console.error(`run ${bench.run + 1} of ${runs}: ${scenario.id}`)
      outcomes.get(scenario.id).push(await scenario.measure(bench))
    }
  }
} finally {
  await wechat.stop()
  rmSync(directory, { recursive: true, force: true })
}

const result = {
  takenAt: startedAt.toISOString(),
  ...{ runs, ...bench.load, node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length },
  ...{ pinned: SERVER_CORE !== null, loadAverage: loadavg()[2] },
  scenarios: SCENARIOS.filter(({ id }) => outcomes.has(id)).map((scenario) =>
    collect(scenario, outcomes.get(scenario.id)),
  ),
}
const out = values.out ?? join(RESULTS, `${result.takenAt.replace(/[:.]/g, '-')}.json`)
const page = out.replace(/(\.json)?$/, '.html')
mkdirSync(dirname(out), { recursive: true })
writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`)
writeFileSync(page, drawPage(result, earlier))
printTables(result, earlier)
console.log(`\n${runs} runs of ${values.seconds} s; ${out}, drawn in ${page}`)
process.exitCode = result.scenarios.some(({ failures }) => failures.length > 0) ? 1 : 0
