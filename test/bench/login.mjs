// One complete login through real HTTP and a real socket, every step's result checked. An answer that is not the
// expected one is a failed login, never a fast one.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import WebSocket from 'ws'

const agent = new Agent({ connections: 128, pipelining: 1, keepAliveTimeout: 30_000 })
const WECHAT = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50'

/** A browser: a cookie jar and an HTTP client that follows nothing by itself. */
function browser(headers = {}) {
  const jar = new Map()
  return {
    get cookie() {
      return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    },
    async call(method, url, expected, body) {
      const answer = await request(url, {
        method,
        dispatcher: agent,
        headers: {
          ...headers,
          cookie: this.cookie,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
        const [pair] = line.split(';')
        const at = pair.indexOf('=')
        jar.set(pair.slice(0, at), pair.slice(at + 1))
      }
      const text = await answer.body.text()
      if (answer.statusCode !== expected)
        throw new Error(`${method} ${url}: ${answer.statusCode} ${text.slice(0, 200)}`)
      const json = String(answer.headers['content-type']).includes('json')
      return { location: answer.headers.location, body: json ? JSON.parse(text) : text }
    },
  }
}

/** Waits by the socket: `until(status)` resolves with the time at which the page knew. */
async function socketWatch(site, pc, ticketId) {
  const socket = new WebSocket(`${site.replace('http', 'ws')}/api/live`, 'saoma.v1', {
    headers: { cookie: pc.cookie, origin: site },
  })
  const seen = new Map()
  const waiting = new Map()
  socket.on('message', (data) => {
    const { ticket } = JSON.parse(String(data))
    seen.set(ticket.status, performance.now())
    waiting.get(ticket.status)?.(seen.get(ticket.status))
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.send(JSON.stringify({ type: 'watch', ticket: ticketId }))
  const until = (status) => {
    if (seen.has(status)) return Promise.resolve(seen.get(status))
    return new Promise((resolve) => waiting.set(status, resolve))
  }
  await until('pending')
  return { until, stop: () => socket.close() }
}

/** Waits as the peers do: asks every `everyMs`. */
async function pollWatch(site, pc, ticketId, everyMs) {
  let stopped = false
  const ask = async () => (await pc.call('GET', `${site}/api/tickets/${ticketId}`, 200)).body.ticket.status
  await ask()
  // Pages are opened at any moment: the phase of their polls is spread evenly.
  const phase = sleep(Math.random() * everyMs)
  return {
    async until(status) {
      await phase
      while (!stopped) {
        if ((await ask()) === status) return performance.now()
        await sleep(everyMs)
      }
      throw new Error('stopped')
    },
    stop: () => {
      stopped = true
    },
  }
}

/**
 * @param {{ site: string, simulator: string, method: 'website' | 'relay', person: string, wait: 'socket' | number }} options
 *   `wait`: by the socket, or by polling every so many milliseconds
 * @returns {Promise<{ pushMs: number, totalMs: number }>} from sending the confirmation to the page knowing; the whole login
 */
export async function login({ site, simulator, method, person, wait }) {
  const startedAt = performance.now()
  const pc = browser()
  const begun = (await pc.call('POST', `${site}/api/tickets`, 201, { method })).body
  const { id } = begun.ticket
  const watch = wait === 'socket' ? await socketWatch(site, pc, id) : await pollWatch(site, pc, id, wait)
  try {
    const confirmedAt =
      method === 'relay' ? await relay(begun, site, person) : await website(begun, simulator, site, pc, person)
    const pushMs = (await watch.until('confirmed')) - confirmedAt
    const redeemed = await pc.call('POST', `${site}/api/tickets/${id}/redeem`, 200, {
      attempt: randomBytes(24).toString('base64url'),
    })
    const me = await pc.call('GET', `${site}/api/session`, 200)
    if (me.body.account.id !== redeemed.body.account.id) throw new Error('Signed in as somebody else.')
    return { pushMs, totalMs: performance.now() - startedAt }
  } finally {
    watch.stop()
  }
}

async function relay(begun, site, person) {
  const phone = browser({ 'user-agent': WECHAT, 'x-sim-person': person })
  const { id } = begun.ticket
  const visit = async (url) => {
    const toWechat = url.startsWith(site) ? (await phone.call('GET', url, 303)).location : url
    const back = await phone.call('GET', toWechat, 302)
    await phone.call('GET', back.location, 303)
  }
  await visit(begun.qr.content)
  const question = (await phone.call('GET', `${site}/api/confirmations/${id}`, 200)).body
  if (question.needsExplicit) await visit(question.needsExplicit)
  const sentAt = performance.now()
  const answer = { decision: 'confirm', matchNumber: begun.matchNumber }
  await phone.call('POST', `${site}/api/confirmations/${id}`, 200, answer)
  return sentAt
}

async function website(begun, simulator, site, pc, person) {
  const query = new URL(begun.embedUrl).searchParams
  const { code } = (
    await browser().call('POST', `${simulator}/sim/code`, 200, { app: 'pc', person, scope: 'snsapi_login' })
  ).body
  const sentAt = performance.now()
  await pc.call('POST', `${site}/wechat/callback/pc`, 200, { code, state: query.get('state') })
  return sentAt
}
