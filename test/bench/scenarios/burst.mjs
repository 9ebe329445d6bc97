// Everybody at once: 512 pages wait, and all 512 confirmations are sent in the same moment.
import { Connection } from '../client/http.mjs'
import { nextNetwork } from '../load.mjs'
import { beginLogin, collectLogin, confirmLogin, pcOf } from '../login.mjs'

const COUNT = 512
const AT_ONCE = 16

async function burstOf(bench, name) {
  return bench.with(name, {}, async ({ site }) => {
    const failures = []
    const pages = []
    const begin = async () => {
      while (pages.length < COUNT) {
        const person = pages.length + 1
        const page = { person, pc: pcOf(site, new Connection(site.port), nextNetwork()), pushedAt: null }
        pages.push(page)
        Object.assign(page, await beginLogin(page.pc, 'website'))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, begin))

    const startedAt = performance.now()
    await Promise.all(
      pages.map(async (page) => {
        const known = page.watch.until('confirmed')
        known.catch(() => {})
        try {
          await confirmLogin(page.pc, null, 'website', page.begun, page.person)
          page.pushedAt = await known
        } catch (error) {
          failures.push(`${name}: ${error.message}`)
        }
      }),
    )
    const confirmed = pages.filter(({ pushedAt }) => pushedAt !== null)
    for (const { pc, id, person } of confirmed) {
      await collectLogin(pc, id, person).catch((error) => failures.push(`${name}: ${error.message}`))
    }
    for (const { pc, watch } of pages) {
      watch.stop()
      pc.connection.close()
    }
    return { lastMs: Math.max(...confirmed.map(({ pushedAt }) => pushedAt)) - startedAt, failures }
  })
}

export const burst = {
  id: 'burst',
  title: '512 confirmations at once',
  rows: [
    { id: 'failed', what: 'Saoma: failed of 512', atMost: 0, unit: '' },
    { id: 'last', what: 'last push ÷ limit', atMost: 2 },
  ],
  async measure(bench) {
    const measured = {}
    for (const name of bench.inTurn(['limit', 'saoma'])) measured[name] = await burstOf(bench, name)
    const { limit, saoma } = measured
    return {
      values: { failed: saoma.failures.length, last: saoma.lastMs / limit.lastMs },
      parts: { 'saoma: last push, ms': saoma.lastMs, 'limit: last push, ms': limit.lastMs },
      failures: [...saoma.failures, ...limit.failures],
    }
  },
}
