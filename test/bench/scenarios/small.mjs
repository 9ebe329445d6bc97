// Three smaller things: the code's drawing, the session's check, the start.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import QRCode from 'qrcode'
import { qrSvg } from '../../../dist/server/http/qr.js'
import { Connection, cookieLine } from '../client/http.mjs'
import { nextNetwork } from '../load.mjs'
import { beginLogin, collectLogin, confirmLogin, pcOf } from '../login.mjs'
import { scanCode } from '../scan-code.mjs'

const CODES = 300

/** Microseconds of this process's own CPU time for each call. */
async function microseconds(calls, work) {
  for (let n = 0; n < calls / 4; n++) await work(n)
  const before = process.cpuUsage()
  for (let n = 0; n < calls; n++) await work(n)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}

export const code = {
  id: 'code',
  title: 'The code as SVG against qrcode.toString',
  rows: [
    { id: 'time', what: 'time ÷ qrcode.toString', atMost: 0.2 },
    { id: 'read', what: `codes read back, of ${CODES}`, atLeast: CODES, unit: '' },
  ],
  async measure() {
    const texts = Array.from(
      { length: CODES },
      () => `https://login.example.com/t/tkt_${randomBytes(45).toString('base64url')}`,
    )
    const own = await microseconds(4 * CODES, (n) => qrSvg(texts[n % CODES]))
    const library = await microseconds(CODES, (n) => QRCode.toString(texts[n], { type: 'svg' }))
    const read = texts.filter((text) => scanCode(qrSvg(text)) === text).length
    return {
      values: { time: own / library, read },
      parts: { 'ours, µs': own, 'qrcode.toString, µs': library },
      failures: [],
    }
  },
}

/** GET /api/session by so many at once. @returns {Promise<{ perSecond: number, cpuUs: number }>} */
async function readings(system, bench, cookies, expected) {
  const { seconds } = bench.load
  let [requests, over] = [0, false]
  const headers = `x-forwarded-for: ${nextNetwork()}\r\n${cookies}`
  const reader = async () => {
    const connection = new Connection(system.site.port)
    while (!over) {
      const { status } = await connection.request('GET', '/api/session', headers)
      if (status !== expected) throw new Error(`GET /api/session: ${status}`)
      requests += 1
    }
    connection.close()
  }
  const readers = Promise.all(Array.from({ length: bench.load.users }, reader))
  await sleep(1_000)
  const [before, cpuBefore, startedAt] = [requests, system.cpuMs(), performance.now()]
  await Promise.race([sleep((seconds * 1000) / 2), readers])
  const counted = requests - before
  const outcome = {
    perSecond: (counted * 1000) / (performance.now() - startedAt),
    cpuUs: ((system.cpuMs() - cpuBefore) * 1000) / counted,
  }
  over = true
  await readers
  return outcome
}

export const session = {
  id: 'session',
  title: 'GET /api/session with a valid session against the same without one',
  rows: [
    { id: 'rate', what: 'requests/s, with ÷ without', atLeast: 0.6 },
    { id: 'cpu', what: 'CPU per request, with ÷ without', atMost: 1.67 },
  ],
  async measure(bench) {
    return bench.with('saoma', {}, async (system) => {
      const pc = pcOf(system.site, new Connection(system.site.port), nextNetwork())
      const { id, begun, watch } = await beginLogin(pc, 'website')
      await confirmLogin(pc, null, 'website', begun, 1)
      await collectLogin(pc, id, 1)
      watch.stop()
      pc.connection.close()
      const signedIn = await readings(system, bench, cookieLine(pc.jar), 200)
      const without = await readings(system, bench, '', 401)
      return {
        values: { rate: signedIn.perSecond / without.perSecond, cpu: signedIn.cpuUs / without.cpuUs },
        parts: {
          ...{ 'with: requests/s': signedIn.perSecond, 'without: requests/s': without.perSecond },
          ...{ 'with: CPU µs': signedIn.cpuUs, 'without: CPU µs': without.cpuUs },
        },
        failures: [],
      }
    })
  },
}

export const boot = {
  id: 'boot',
  title: 'The start: spawn to first answer, and memory at rest',
  rows: [
    { id: 'time', what: 'boot ÷ limit', atMost: 3 },
    { id: 'rss', what: 'RSS at rest ÷ limit', atMost: 2 },
  ],
  async measure(bench) {
    const measured = {}
    for (const name of bench.inTurn(['limit', 'saoma'])) {
      measured[name] = await bench.with(name, {}, async (system) => {
        await sleep(2_000)
        return { bootMs: system.bootMs, rss: system.rssBytes() / 1024 / 1024 }
      })
    }
    const { limit, saoma } = measured
    return {
      values: { time: saoma.bootMs / limit.bootMs, rss: saoma.rss / limit.rss },
      parts: {
        ...{ 'saoma: boot, ms': saoma.bootMs, 'limit: boot, ms': limit.bootMs },
        ...{ 'saoma: RSS, MiB': saoma.rss, 'limit: RSS, MiB': limit.rss },
      },
      failures: [],
    }
  },
}
