// npm run bench: complete logins a second, and how soon the page knows of the confirmation, by each method and by socket
// against polling every second. Both ends share this machine: read the ratios, not the absolute figures.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { login } from './login.mjs'
import { startService } from './processes.mjs'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    logins: { type: 'string', default: '300' },
    users: { type: 'string', default: '16' },
    json: { type: 'string' },
  },
})
const runs = Number(values.runs)
const users = Number(values.users)

/** Throughput is measured with many users at once, the push's latency with one; polling is the reference for both. */
const VARIANTS = ['website', 'relay'].flatMap((method) => [
  { name: `${method}, socket, ${users} users`, method, wait: 'socket', users, logins: Number(values.logins) },
  { name: `${method}, socket, 1 user`, method, wait: 'socket', users: 1, logins: 50 },
  { name: `${method}, poll 1 s, ${users} users`, method, wait: 1000, users, logins: 4 * users },
])

/** Runs so many logins with so many users at a time. Failures are counted and named, and are no logins. */
async function measure(service, { method, wait, users: atOnce, logins }) {
  const push = []
  const failures = []
  let started = 0
  const startedAt = performance.now()
  const user = async () => {
    while (started < logins) {
      const person = PEOPLE[started++ % PEOPLE.length]
      try {
        push.push((await login({ site: service.url, simulator: service.simulator, method, wait, person })).pushMs)
      } catch (error) {
        failures.push(error.message)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, user))
  const seconds = (performance.now() - startedAt) / 1000
  push.sort((a, b) => a - b)
  return { perSecond: push.length / seconds, p50: at(push, 0.5), p99: at(push, 0.99), failures }
}

const PEOPLE = ['alice', 'bob']
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
const median = (numbers) =>
  at(
    numbers.toSorted((a, b) => a - b),
    0.5,
  )
const spread = (numbers, digits) =>
  `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)})`

const service = await startService()
const results = new Map(VARIANTS.map(({ name }) => [name, []]))
try {
  for (const variant of VARIANTS) await measure(service, { ...variant, logins: 32, wait: 'socket' })
  for (let run = 0; run < runs; run++) {
    for (const variant of VARIANTS) results.get(variant.name).push(await measure(service, variant))
  }
} finally {
  await service.stop()
}

const rows = [...results].map(([name, measured]) => ({
  variant: name,
  'logins/s': spread(
    measured.map((m) => m.perSecond),
    0,
  ),
  'confirm → page knows, p50 ms': spread(
    measured.map((m) => m.p50),
    1,
  ),
  'p99 ms': spread(
    measured.map((m) => m.p99),
    1,
  ),
  failed: measured.reduce((sum, m) => sum + m.failures.length, 0),
}))
console.log(`\n${runs} runs, ${cpus().length} cores shared by server, simulator and load; median (min–max)\n`)
console.table(Object.fromEntries(rows.map(({ variant, ...rest }) => [variant, rest])))
const p50 = (name) => median(results.get(name).map((m) => m.p50))
for (const method of ['website', 'relay']) {
  const times = p50(`${method}, poll 1 s, ${users} users`) / p50(`${method}, socket, 1 user`)
  console.log(`${method}: the socket tells the page ${times.toFixed(0)} × sooner than a poll every second.`)
}
const failures = [...results.values()].flat().flatMap((m) => m.failures)
for (const message of new Set(failures)) console.error(`failed: ${message}`)
if (values.json) writeFileSync(values.json, JSON.stringify(Object.fromEntries(results), null, 2))
process.exitCode = failures.length === 0 ? 0 : 1
