// The kinds of load: users who log in one time after the other, arrivals at a given rate, and everybody at once.
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from './client/http.mjs'
import { login } from './login.mjs'

/** As many networks as shipped rate limits count one by one; each login comes from the next of them. */
const NETWORKS = 16_000
let visitors = 0
export function nextNetwork() {
  visitors += 1
  return addressIn(visitors % NETWORKS, visitors)
}

/** The address of some visitor in the network of this number. */
export function addressIn(network, visitor) {
  return `10.${(network >> 8) & 255}.${network & 255}.${1 + (visitor % 200)}`
}

/**
 * Numbers of people. Every other login is of somebody who has never been here; the rest return.
 * @returns {() => number}
 */
export function everyOtherIsNew(settled = 64) {
  let n = 0
  return () => {
    n += 1
    const newcomer = settled + (n >> 1)
    return n % 2 === 1 || n < 2 * settled ? newcomer : settled + Math.floor(Math.random() * ((n >> 1) - settled + 1))
  }
}

/**
 * @typedef {{ method: string, users: number, seconds: number, warmup: number, people: () => number | string,
 *   wait?: 'socket' | number }} LoadOptions
 */
/**
 * @typedef {{ logins: number, seconds: number, cpuMs: number, driverMs: number, failures: string[], push: number[], total: number[],
 *   cold?: { logins: number, seconds: number, cpuMs: number } }} Load `cold`: the beginning of the warm-up
 */

/**
 * So many users, each beginning the next login when the last one is over.
 * @param {import('./systems.mjs').System} system
 * @param {LoadOptions} options
 * @returns {Promise<Load>} failed logins are counted and named, and are no logins
 */
export async function closedLoop(system, { method, users, seconds, warmup, people, wait }) {
  const load = emptyLoad()
  let measuring = false
  let over = false
  let early = 0
  const user = async () => {
    const connection = new Connection(system.site.port)
    while (!over) {
      const inTime = measuring
      try {
        const done = await login({
          site: system.site,
          connection,
          method,
          person: people(),
          network: nextNetwork(),
          wait,
        })
        if (!measuring) early += 1
        if (!measuring || over) continue
        load.logins += 1
        if (!inTime) continue
        load.push.push(done.pushMs)
        load.total.push(done.totalMs)
      } catch (error) {
        load.failures.push(error.message)
        await sleep(20)
      }
    }
    connection.close()
  }
  const everybody = Promise.all(Array.from({ length: users }, user))
  const cold = Math.min(seconds, warmup)
  const [coldAt, coldCpu] = [performance.now(), system.cpuMs()]
  await sleep(cold * 1000)
  load.cold = { logins: early, seconds: (performance.now() - coldAt) / 1000, cpuMs: system.cpuMs() - coldCpu }
  await sleep((warmup - cold) * 1000)
  const [startedAt, cpuAtStart, driverAtStart] = [performance.now(), system.cpuMs(), process.cpuUsage()]
  measuring = true
  await sleep(seconds * 1000)
  over = true
  load.seconds = (performance.now() - startedAt) / 1000
  load.cpuMs = system.cpuMs() - cpuAtStart
  const driver = process.cpuUsage(driverAtStart)
  load.driverMs = (driver.user + driver.system) / 1000
  await everybody
  return load
}

/**
 * Logins that begin at random moments, so many a second on average, whatever became of the earlier ones.
 * @returns {Promise<Load>}
 */
export async function openLoop(system, { method, rate, seconds, warmup, people, wait }) {
  const load = emptyLoad()
  const idle = []
  const underWay = new Set()
  const one = async (counts) => {
    const connection = idle.pop() ?? new Connection(system.site.port)
    try {
      const done = await login({
        site: system.site,
        connection,
        method,
        person: people(),
        network: nextNetwork(),
        wait,
      })
      if (!counts) return
      load.logins += 1
      load.push.push(done.pushMs)
      load.total.push(done.totalMs)
    } catch (error) {
      load.failures.push(error.message)
    } finally {
      idle.push(connection)
    }
  }
  const startedAt = performance.now()
  let cpuAtStart = null
  let next = startedAt
  while (next < startedAt + (warmup + seconds) * 1000) {
    const early = next - performance.now()
    if (early > 0.5) await sleep(early)
    const counts = next >= startedAt + warmup * 1000
    if (counts) cpuAtStart ??= system.cpuMs()
    const login = one(counts)
    underWay.add(login)
    void login.finally(() => underWay.delete(login))
    next += (-Math.log(1 - Math.random()) * 1000) / rate
  }
  load.seconds = seconds
  load.cpuMs = system.cpuMs() - cpuAtStart
  await Promise.all(underWay)
  for (const connection of idle) connection.close()
  return load
}

/** @returns {Load} */
function emptyLoad() {
  return { logins: 0, seconds: 0, cpuMs: 0, driverMs: 0, failures: [], push: [], total: [] }
}
