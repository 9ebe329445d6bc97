// Loaded into the real program by `node --import`, from outside: tells what memory and time it takes, and how long its event
// loop was held up. What the machine let the thread wait for a core is no doing of the program: the thread's own time counts.
import { readFileSync } from 'node:fs'
import { PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const EVERY_MS = 5
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

/** Milliseconds for which the main thread has had a core; where nobody tells, those that have passed. */
function worked() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return performance.now()
  }
}

let seen = { at: performance.now(), worked: worked() }
let most = { stall: 0, late: 0 }
let since = { at: performance.now(), cpu: process.cpuUsage() }
function tick() {
  const now = { at: performance.now(), worked: worked() }
  most = {
    stall: Math.max(most.stall, now.worked - seen.worked),
    late: Math.max(most.late, now.at - seen.at - EVERY_MS),
  }
  seen = now
}
setInterval(tick, EVERY_MS).unref()
let gcMs = 0
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) gcMs = Math.max(gcMs, duration)
}).observe({ entryTypes: ['gc'] })

process.on('message', async ({ gc }) => {
  const { at, cpu } = since
  const used = process.cpuUsage(cpu)
  const share = (used.user + used.system) / 1000 / (performance.now() - at)
  const { stall, late } = most
  const longest = gcMs
  for (let round = 0; gc && round < 5; round += 1) {
    collect()
    await sleep(50)
  }
  const { rss, heapUsed } = process.memoryUsage()
  process.send({ rss, heapUsed, cpu: share, stallMs: stall, lateMs: late, gcMs: longest })
  seen = { at: performance.now(), worked: worked() }
  most = { stall: 0, late: 0 }
  gcMs = 0
  since = { at: performance.now(), cpu: process.cpuUsage() }
})
