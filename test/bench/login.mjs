// One complete login through real HTTP and a real socket, as a page and a phone do it, every step's result checked. An
// answer that is not the expected one is a failed login, never a fast one.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, cookieLine, headerOf, keepCookies } from './client/http.mjs'
import { Socket } from './client/socket.mjs'

const CHROME =
  'user-agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36\r\n'
const WECHAT = 'user-agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50\r\n'
/** Longer than any login may take, so that a lost push is a failure and not a hang. */
const PATIENCE_MS = 30_000

/**
 * @typedef {object} Site what is logged in to
 * @property {number} port
 * @property {string} origin
 * @property {(key: string, person: number | string, scope: string) => string | Promise<string>} code WeChat's
 * @property {(person: number | string) => string} nickname
 * @property {Map<unknown, string>} [accounts] who has got which account: the same person gets the same one again
 */

/** A browser: its cookies, on a connection that a proxy in front would keep alive. */
export class Browser {
  jar = new Map()

  /** @param {Site} site @param {Connection} connection @param {string} headers complete lines */
  constructor(site, connection, headers) {
    this.site = site
    this.connection = connection
    this.headers = headers
  }

  /** @returns {Promise<import('./client/http.mjs').Answer>} whatever the server says */
  async ask(method, path, body) {
    const origin = method === 'GET' ? '' : `origin: ${this.site.origin}\r\n`
    const headers = `${this.headers}${origin}${cookieLine(this.jar)}`
    const answer = await this.connection.request(method, path, headers, body && JSON.stringify(body))
    keepCookies(this.jar, answer)
    return answer
  }

  /** @throws Error when the status is another one */
  async call(method, path, expected, body) {
    const answer = await this.ask(method, path, body)
    if (answer.status !== expected)
      throw new Error(`${method} ${path.slice(0, 24)}: ${answer.status} ${answer.text.slice(0, 200)}`)
    return answer
  }

  async json(method, path, expected, body) {
    return JSON.parse((await this.call(method, path, expected, body)).text)
  }
}

const via = (network) => (network === undefined ? '' : `x-forwarded-for: ${network}\r\n`)
/** @param {string} [network] the address a proxy would tell of */
export const pcOf = (site, connection, network) => new Browser(site, connection, CHROME + via(network))
export const phoneOf = (site, connection, network) => new Browser(site, connection, WECHAT + via(network))

/** A page's socket that watches its ticket. `until` tells when the page knew. */
export function watchBySocket(pc, id) {
  const seen = new Map()
  const waiting = new Map()
  let ended = null
  const socket = new Socket({
    port: pc.site.port,
    origin: pc.site.origin,
    headers: pc.headers + cookieLine(pc.jar),
    onText(text) {
      const { ticket } = JSON.parse(text)
      if (ticket.id !== id) return fail(new Error('told of another ticket'))
      if (['failed', 'denied', 'expired'].includes(ticket.status)) fail(new Error(`the ticket is ${ticket.status}`))
      seen.set(ticket.status, performance.now())
      waiting.get(ticket.status)?.resolve(performance.now())
    },
    onEnd: fail,
  })
  socket.send(JSON.stringify({ type: 'watch', ticket: id }))

  function fail(error) {
    ended ??= error
    for (const { reject } of waiting.values()) reject(ended)
  }

  return {
    until(status) {
      if (seen.has(status)) return Promise.resolve(seen.get(status))
      if (ended) return Promise.reject(ended)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`never told that it is ${status}`)), PATIENCE_MS)
        const over = (act) => (value) => {
          clearTimeout(timer)
          act(value)
        }
        waiting.set(status, { resolve: over(resolve), reject: over(reject) })
      })
    },
    stop: () => socket.close(),
  }
}

/** A page that asks every so often instead, as the peers' do. */
export function watchByPolling(pc, id, everyMs = 1_000) {
  const asking = new Browser(pc.site, new Connection(pc.site.port), pc.headers)
  asking.jar = pc.jar
  let stopped = false
  const status = async () => (await asking.json('GET', `/api/tickets/${id}`, 200)).ticket.status
  // Pages are opened at any moment: the phases of their polls are spread evenly.
  const phase = Math.random() * everyMs
  return {
    async until(wanted) {
      if (wanted === 'pending') {
        if ((await status()) !== 'pending') throw new Error('a new ticket is not pending')
        return performance.now()
      }
      for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline && !stopped; ) {
        await sleep(phase)
        if ((await status()) === wanted) return performance.now()
        await sleep(everyMs - phase)
      }
      throw new Error(`never told that it is ${wanted}`)
    },
    stop() {
      stopped = true
      asking.connection.close()
    },
  }
}

/** Begins a login and attaches to it, as the page does that is opened. */
export async function beginLogin(pc, method, wait = 'socket') {
  const begun = await pc.json('POST', '/api/tickets', 201, { method })
  const { id, status } = begun.ticket
  if (status !== 'pending') throw new Error(`a new ticket is ${status}`)
  if (method === 'relay' && !begun.qr.svg.startsWith('<svg')) throw new Error('no code was drawn')
  const watch = wait === 'socket' ? watchBySocket(pc, id) : watchByPolling(pc, id, wait)
  try {
    await watch.until('pending')
  } catch (error) {
    watch.stop()
    throw error
  }
  return { id, begun, watch }
}

/** Everything from the scan to the answer on the phone. @returns {Promise<number>} when the confirmation was sent */
export function confirmLogin(pc, phone, method, begun, person) {
  return method === 'website' ? throughWechat(pc, begun, person) : onOurPage(phone, begun, person)
}

/** WeChat's own page was the question: its frame comes back with a code. */
async function throughWechat(pc, { embedUrl }, person) {
  const { key, state, path } = readLink(embedUrl)
  const code = await pc.site.code(key, person, 'snsapi_login')
  const sentAt = performance.now()
  const { status } = await pc.json('POST', path, 200, { code, state })
  if (status !== 'confirmed') throw new Error(`after the callback the ticket is ${status}`)
  return sentAt
}

/** Our code is opened on the phone; WeChat says who holds it, and has to ask those who are new here. */
async function onOurPage(phone, { ticket: { id }, qr, matchNumber }, person) {
  const visit = async (link) => {
    const { key, state, scope, path } = readLink(link)
    const code = await phone.site.code(key, person, scope)
    await phone.call('GET', `${path}?code=${code}&state=${state}`, 303)
  }
  const opened = await phone.call('GET', new URL(qr.content).pathname, 303)
  await visit(headerOf(opened, 'location'))
  let question = await phone.json('GET', `/api/confirmations/${id}`, 200)
  if (question.needsExplicit) {
    await visit(question.needsExplicit)
    question = await phone.json('GET', `/api/confirmations/${id}`, 200)
  }
  if (question.person?.nickname !== phone.site.nickname(person)) throw new Error('the question is about somebody else')
  const sentAt = performance.now()
  await phone.json('POST', `/api/confirmations/${id}`, 200, { decision: 'confirm', matchNumber })
  return sentAt
}

/** What one of WeChat's links says. */
export function readLink(link) {
  const query = new URLSearchParams(link.slice(link.indexOf('?') + 1, link.lastIndexOf('#')))
  const path = new URL(query.get('redirect_uri')).pathname
  return { path, key: path.slice(path.lastIndexOf('/') + 1), state: query.get('state'), scope: query.get('scope') }
}

/** The session is fetched, and is read: it must be this person's. */
export async function collectLogin(pc, id, person) {
  const { site } = pc
  const redeemed = await pc.json('POST', `/api/tickets/${id}/redeem`, 200, {
    attempt: randomBytes(24).toString('base64url'),
  })
  const { account } = await pc.json('GET', '/api/session', 200)
  if (account.id !== redeemed.account.id) throw new Error('signed in as somebody else')
  if (account.nickname !== site.nickname(person)) throw new Error(`signed in as ${account.nickname}`)
  const known = site.accounts?.get(person)
  if (known !== undefined && known !== account.id) throw new Error('one person has two accounts')
  site.accounts?.set(person, account.id)
  return account
}

/**
 * @param {{ site: Site, connection: Connection, method: 'website' | 'relay', person: number | string, network?: string,
 *   wait?: 'socket' | number }} options `wait`: by the socket, or by asking every so many milliseconds
 * @returns {Promise<{ pushMs: number, totalMs: number }>} from sending the confirmation to the page knowing; the whole login
 */
export async function login({ site, connection, method, person, network, wait = 'socket' }) {
  const startedAt = performance.now()
  const pc = pcOf(site, connection, network)
  const { id, begun, watch } = await beginLogin(pc, method, wait)
  try {
    const known = watch.until('confirmed')
    known.catch(() => {})
    const sentAt = await confirmLogin(pc, phoneOf(site, connection, network), method, begun, person)
    const pushMs = (await known) - sentAt
    await collectLogin(pc, id, person)
    return { pushMs, totalMs: performance.now() - startedAt }
  } finally {
    watch.stop()
  }
}
