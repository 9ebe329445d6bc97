// What thousands of waiting pages do to each other: how long the event loop is held up while they are pinged, and when the
// time of all of them is over at about the same moment.
import { setTimeout as sleep } from 'node:timers/promises'
import { startIdle } from '../systems.mjs'

const PAGES = 15_000
const PER_NETWORK = 16
/** A code of ours that nobody scans lives for 90 s; pages are pinged about every half minute. */
const UNTIL_ALL_ARE_OVER_MS = 110_000

export const stall = {
  id: 'stall',
  title: `${PAGES.toLocaleString('en')} pages are pinged, and their codes expire`,
  rows: [{ id: 'longest', what: 'longest stall of the event loop', atMost: 30, unit: 'ms' }],
  async measure(bench) {
    return bench.with('saoma', { probe: true }, async (system) => {
      const pages = await startIdle({
        ...{ port: system.site.port, count: PAGES, tickets: true },
        ...{ perNetwork: PER_NETWORK, method: 'relay' },
      })
      const gathering = system.cpuMs()
      await system.memory()
      await sleep(UNTIL_ALL_ARE_OVER_MS)
      const { stallMs } = await system.memory()
      const share = (system.cpuMs() - gathering) / UNTIL_ALL_ARE_OVER_MS
      await pages.stop()
      return { values: { longest: stallMs }, parts: { 'share of a core meanwhile': share }, failures: [] }
    })
  },
}
