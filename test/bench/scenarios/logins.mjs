// Complete logins a second on one core, and what each costs. `website` asks WeChat twice a login; `relay` draws a code of
// our own, and asks WeChat once for those who return and three times for those who are new: twice on average. Every other
// login is of somebody new.
import { closedLoop, everyOtherIsNew } from '../load.mjs'

const METHODS = ['website', 'relay']

/** @returns {Promise<{ perSecond: number, cpuMs: number, share: number, driverShare: number, cold: { perSecond: number, cpuMs: number }, failures: string[] }>} */
export async function loginsOf(bench, name, method, options = {}) {
  return bench.with(name, options, async (system) => {
    const load = await closedLoop(system, { ...bench.load, method, people: options.people ?? everyOtherIsNew() })
    const core = load.seconds * 1000
    const { logins, seconds, cpuMs } = load.cold
    return {
      ...{ perSecond: load.logins / load.seconds, cpuMs: load.cpuMs / load.logins, failures: load.failures },
      ...{ share: load.cpuMs / core, driverShare: load.driverMs / core },
      cold: { perSecond: logins / seconds, cpuMs: cpuMs / logins },
    }
  })
}

export const throughput = {
  id: 'throughput',
  title: 'Complete logins, durable, everything on, one core, 32 users',
  rows: METHODS.flatMap((method) => [
    { id: `${method}.limit`, what: `${method}: logins/s ÷ limit`, atLeast: 0.5 },
    { id: `${method}.textbook`, what: `${method}: logins/s ÷ textbook`, atLeast: 6 },
    { id: `${method}.cpu`, what: `${method}: CPU per login ÷ limit`, atMost: 2 },
  ]),
  async measure(bench) {
    const outcome = { values: {}, parts: {}, failures: [] }
    for (const method of METHODS) {
      const measured = {}
      for (const name of bench.inTurn(['limit', 'textbook', 'saoma'])) {
        measured[name] = await loginsOf(bench, name, method)
        outcome.parts[`${method}, ${name}: logins/s`] = measured[name].perSecond
        outcome.parts[`${method}, ${name}: CPU ms/login`] = measured[name].cpuMs
        // Just started: V8 has compiled little of it yet.
        outcome.parts[`${method}, ${name}: logins/s, just started`] = measured[name].cold.perSecond
        outcome.parts[`${method}, ${name}: CPU ms/login, just started`] = measured[name].cold.cpuMs
        // Below 1 the disk, or whatever else runs on this machine, was the limit; the driver must stay far below it.
        outcome.parts[`${method}, ${name}: share of its core`] = measured[name].share
        outcome.parts[`${method}, ${name}: driver's share of the other`] = measured[name].driverShare
        outcome.failures.push(...measured[name].failures.map((why) => `${name}, ${method}: ${why}`))
      }
      const { limit, textbook, saoma } = measured
      outcome.values[`${method}.limit`] = saoma.perSecond / limit.perSecond
      outcome.values[`${method}.textbook`] = saoma.perSecond / textbook.perSecond
      outcome.values[`${method}.cpu`] = saoma.cpuMs / limit.cpuMs
    }
    return outcome
  },
}

export const durable = {
  id: 'durable',
  title: 'What it costs that a power cut loses nothing: synchronous FULL against NORMAL',
  rows: [
    { id: 'full', what: 'logins/s, FULL ÷ NORMAL', atLeast: 0.92 },
    { id: 'full.cpu', what: 'CPU per login, FULL ÷ NORMAL', atMost: 1.08 },
  ],
  async measure(bench) {
    const measured = {}
    for (const synchronous of bench.inTurn(['FULL', 'NORMAL'])) {
      measured[synchronous] = await loginsOf(bench, 'saoma', 'website', { synchronous })
    }
    const { FULL, NORMAL } = measured
    return {
      values: { full: FULL.perSecond / NORMAL.perSecond, 'full.cpu': FULL.cpuMs / NORMAL.cpuMs },
      parts: { 'FULL: logins/s': FULL.perSecond, 'NORMAL: logins/s': NORMAL.perSecond },
      failures: [...FULL.failures, ...NORMAL.failures],
    }
  },
}
