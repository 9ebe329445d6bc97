// What it is like while thousands of others wait: the push's latency under a steady stream of logins, the push with and
// without idle pages, and what a waiting page costs.

import { setTimeout as sleep } from 'node:timers/promises'
import { closedLoop, everyOtherIsNew, openLoop } from '../load.mjs'
import { quantile } from '../results.mjs'
import { startIdle, startWechat } from '../systems.mjs'

const OTHERS = 10_000
const IDLE = 15_000
const REST_MS = 10_000
/** An office's worth. What rate limits count of a network, for ten minutes, is shared by so many; see the figures below. */
const PER_NETWORK = 16
const RATE = 200
/** Of what both can do at most, so much is a load that they sustain. */
const SHARE = 0.6

/** 200 logins a second, or what both sustain on this machine. Looked for once, before the first run. */
async function sustainedRate(bench) {
  bench.rate ??= await (async () => {
    const most = []
    for (const name of ['limit', 'saoma']) {
      await bench.with(name, {}, async (system) => {
        const load = await closedLoop(system, { ...bench.load, method: 'website', people: everyOtherIsNew() })
        most.push(load.logins / load.seconds)
      })
    }
    return Math.min(RATE, Math.max(5, Math.floor((SHARE * Math.min(...most)) / 5) * 5))
  })()
  return bench.rate
}

async function streamOf(bench, name, { rate, others, wechat }) {
  return bench.with(name, { wechat }, async (system) => {
    const idle = others === 0 ? null : await startIdle({ port: system.site.port, count: others, tickets: true })
    try {
      const load = await openLoop(system, { ...bench.load, method: 'website', rate, people: everyOtherIsNew() })
      const push = { p50: quantile(load.push, 0.5), p99: quantile(load.push, 0.99) }
      return { ...push, cpuMs: load.cpuMs / load.logins, failures: load.failures }
    } finally {
      await idle?.stop()
    }
  })
}

export const stream = {
  id: 'stream',
  title: `Confirmation → push at ${RATE} logins/s (or what both sustain), with ${OTHERS.toLocaleString('en')} others waiting`,
  rows: [
    { id: 'p50', what: 'p50 ÷ limit', atMost: 1.8 },
    { id: 'p99', what: 'p99 ÷ limit', atMost: 2 },
    { id: 'p99.ms', what: 'p99', atMost: 20, unit: 'ms' },
  ],
  async measure(bench) {
    const rate = await sustainedRate(bench)
    const measured = {}
    for (const name of bench.inTurn(['limit', 'saoma']))
      measured[name] = await streamOf(bench, name, { rate, others: OTHERS })
    const { limit, saoma } = measured
    return {
      values: { p50: saoma.p50 / limit.p50, p99: saoma.p99 / limit.p99, 'p99.ms': saoma.p99 },
      parts: {
        ...{ 'logins/s asked for': rate, ...milliseconds({ limit, saoma }) },
        // Beside the figure under full load, where one that is fast works in large lots: both at the same rate.
        ...{ 'limit: CPU ms/login': limit.cpuMs, 'saoma: CPU ms/login': saoma.cpuMs },
      },
      failures: [...limit.failures, ...saoma.failures],
    }
  },
}

export const slowWechat = {
  id: 'slow-wechat',
  title: `WeChat at 100 ms a call, ${RATE} logins/s (or what both sustain): what is added to the 200 ms`,
  rows: [
    { id: 'p50', what: 'added, p50', atMost: 5, unit: 'ms' },
    { id: 'p99', what: 'added, p99', atMost: 20, unit: 'ms' },
  ],
  async measure(bench) {
    const rate = await sustainedRate(bench)
    const slow = await startWechat({ delayMs: 100 })
    try {
      const measured = {}
      for (const name of bench.inTurn(['limit', 'saoma'])) {
        measured[name] = await streamOf(bench, name, { rate, others: 0, wechat: slow.url })
      }
      const { limit, saoma } = measured
      return {
        values: { p50: saoma.p50 - 200, p99: saoma.p99 - 200 },
        parts: { 'logins/s asked for': rate, ...milliseconds({ limit, saoma }) },
        failures: [...limit.failures, ...saoma.failures],
      }
    } finally {
      await slow.stop()
    }
  },
}

export const idle = {
  id: 'idle',
  title: `${IDLE.toLocaleString('en')} pages that wait`,
  rows: [
    { id: 'push', what: 'push p50, with them ÷ with none', atMost: 1.15 },
    { id: 'heap', what: 'heap per page ÷ bare ws', atMost: 1.5 },
    { id: 'rss', what: 'RSS per page ÷ bare ws', atMost: 1.5 },
    { id: 'upgrades', what: 'upgrades/s with the ticket’s check ÷ bare ws', atLeast: 0.7 },
  ],
  async measure(bench) {
    const failures = []
    const one = { ...bench.load, users: 1, method: 'website', people: everyOtherIsNew() }
    const pushOf = async (system) => {
      const load = await closedLoop(system, one)
      failures.push(...load.failures)
      return quantile(load.push, 0.5)
    }
    const pagesOf = (name, count = IDLE, perNetwork = PER_NETWORK) =>
      bench.with(name, { probe: true }, async (system) => {
        const saoma = name === 'saoma' && count === IDLE
        const none = saoma ? await pushOf(system) : null
        const [before, cpuBefore] = [await system.memory(), system.cpuMs()]
        const pages = await startIdle({ port: system.site.port, count, tickets: name === 'saoma', perNetwork })
        const cpuMs = (system.cpuMs() - cpuBefore) / count
        const after = await system.memory()
        // What a page costs that does nothing but wait: heartbeats, and the readings of the safety net.
        const resting = system.cpuMs()
        await sleep(REST_MS)
        const restUs = ((system.cpuMs() - resting) * 1_000) / (REST_MS / 1_000) / count
        const many = saoma ? await pushOf(system) : null
        await pages.stop()
        const each = (key) => (after[key] - before[key]) / count
        return { none, many, heap: each('heapUsed'), rss: each('rss'), perSecond: pages.perSecond, cpuMs, restUs }
      })
    const measured = {}
    for (const name of bench.inTurn(['bare', 'saoma'])) measured[name] = await pagesOf(name)
    const strangers = await pagesOf('saoma', IDLE / 5, 1)
    const { bare, saoma } = measured
    return {
      values: {
        push: saoma.many / saoma.none,
        heap: saoma.heap / bare.heap,
        rss: saoma.rss / bare.rss,
        upgrades: saoma.perSecond / bare.perSecond,
      },
      parts: {
        ...{ 'push p50, none waiting, ms': saoma.none, 'push p50, all waiting, ms': saoma.many },
        ...{ 'saoma: heap bytes/page': saoma.heap, 'bare ws: heap bytes/page': bare.heap },
        ...{ 'saoma: CPU µs/s a page that waits': saoma.restUs, 'bare ws: CPU µs/s a page': bare.restUs },
        'saoma: heap bytes/page, each from a network of its own': strangers.heap,
        ...{ 'saoma: RSS bytes/page': saoma.rss, 'bare ws: RSS bytes/page': bare.rss },
        ...{ 'saoma: CPU ms/page, begun and attached': saoma.cpuMs, 'bare ws: CPU ms/page': bare.cpuMs },
        ...{ 'saoma: upgrades/s': saoma.perSecond, 'bare ws: upgrades/s': bare.perSecond },
      },
      failures,
    }
  },
}

function milliseconds(measured) {
  return Object.fromEntries(
    Object.entries(measured).flatMap(([name, { p50, p99 }]) => [
      [`${name}: p50, ms`, p50],
      [`${name}: p99, ms`, p99],
    ]),
  )
}
