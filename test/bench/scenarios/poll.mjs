// How soon the page knows: our push, against a page that asks every second, as those of the peers do. What it asks is the
// limit, which answers as fast as anything can.
import { closedLoop, everyOtherIsNew } from '../load.mjs'
import { quantile } from '../results.mjs'

async function knowsAfter(bench, name, users, wait) {
  return bench.with(name, {}, async (system) => {
    const load = await closedLoop(system, { ...bench.load, users, method: 'website', people: everyOtherIsNew(), wait })
    return { p50: quantile(load.push, 0.5), p99: quantile(load.push, 0.99), failures: load.failures }
  })
}

export const poll = {
  id: 'poll',
  title: 'Confirmation → the page knows: push against asking every second',
  rows: [{ id: 'sooner', what: 'poll’s p50 ÷ push’s p50', atLeast: 100 }],
  async measure(bench) {
    const push = await knowsAfter(bench, 'saoma', 1, 'socket')
    const asked = await knowsAfter(bench, 'limit', 64, 1_000)
    return {
      values: { sooner: asked.p50 / push.p50 },
      parts: {
        'push: p50, ms': push.p50,
        'push: p99, ms': push.p99,
        'poll: p50, ms': asked.p50,
        'poll: p99, ms': asked.p99,
      },
      failures: [...push.failures, ...asked.failures],
    }
  },
}
