// The limit: what one core can do with node:http, ws, sqlite3 and an undici pool, without a framework or an ORM. Tickets
// stand in memory and die with the process; nothing is logged, limited, audited or measured. The checks are Saoma's, and so
// are its addresses, so that one driver speaks to both. As a program: node server.mjs '{"wechat":"http://…","file":"…"}'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { qrSvg } from '../../../dist/server/http/qr.js'
import { isProgram, listen } from '../program.mjs'
import { APPS } from '../wechat.mjs'
import { openStore } from './store.mjs'
import { createTickets, hashOf, newSecret, Refusal } from './tickets.mjs'
import { createWechat } from './wechat.mjs'

const SESSION_MS = 7 * 24 * 3_600_000
const MOST_BYTES = 16_384
const SECRET = /^[A-Za-z0-9_-]{43}$/
const SHARED_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/**
 * @param {{ wechat: string, file: string, port?: number, synchronous?: 'FULL' | 'NORMAL', clock?: () => number, apps?: typeof APPS }} options
 */
export async function startLimit({ wechat, file, port = 0, synchronous = 'FULL', clock = Date.now, apps = APPS }) {
  const store = await openStore(file, synchronous)
  const platform = createWechat(wechat)
  const watches = new Map()
  const sessions = new Map()
  const tickets = createTickets({ clock, announce })
  const sweep = setInterval(tickets.sweep, 30_000)
  const appOf = (key) => {
    const app = apps.find((one) => one.key === key)
    if (!app) throw new Refusal(404, 'app_unknown')
    return app
  }
  let origin = ''

  function announce(ticket) {
    const text = JSON.stringify({ type: 'ticket', ticket: tickets.view(ticket) })
    for (const socket of watches.get(ticket.id) ?? []) socket.send(text)
  }

  const cookies = (req) => {
    const found = {}
    for (const pair of req.headers.cookie?.split('; ') ?? []) {
      const at = pair.indexOf('=')
      const value = pair.slice(at + 1)
      if (SECRET.test(value)) found[pair.slice(0, at)] = value
    }
    return found
  }
  const setCookie = (name, value, seconds) => `${name}=${value}; path=/; max-age=${seconds}; samesite=lax; httponly`
  const authorize = (key, scope, state) =>
    `${wechat}/connect/oauth2/authorize?appid=${appOf(key).appid}&redirect_uri=${encodeURIComponent(`${origin}/wechat/callback/${key}`)}` +
    `&response_type=code&scope=${scope}&state=${state}&connect_redirect=1#wechat_redirect`

  function begin(req, { method }) {
    if (method !== 'website' && method !== 'relay') throw new Refusal(400, 'bad_request')
    const secret = cookies(req).browser ?? newSecret()
    const { ticket, state } = tickets.begin(method, secret)
    const content = `${origin}/t/${ticket.id}`
    const body = {
      ticket: tickets.view(ticket),
      qr: method === 'relay' ? { content, svg: qrSvg(content) } : null,
      embedUrl: state && authorize('pc', 'snsapi_login', state),
      matchNumber: ticket.matchNumber,
    }
    return { status: 201, body, cookie: setCookie('browser', secret, 604_800) }
  }

  function openOnPhone(req, id) {
    const secret = cookies(req).phone ?? newSecret()
    const location = authorize('mp', 'snsapi_base', tickets.open(id, secret))
    return { status: 303, location, cookie: setCookie('phone', secret, 86_400) }
  }

  async function callback(req, key, { state, code }) {
    const app = appOf(key)
    if (typeof state !== 'string' || state.length > 128) throw new Refusal(400, 'state_invalid')
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(code)) throw new Refusal(400, 'bad_request')
    const claimed = tickets.claim(state, code, key, cookies(req))
    claimed.outcome ??= resolve(claimed, app, code)
    return { ticket: claimed.ticket, outcome: await claimed.outcome }
  }

  /** @returns {Promise<string>} the status that the ticket is left in */
  async function resolve({ ticket, purpose, holderHash }, app, code) {
    try {
      const grant = await platform.exchange(app, code)
      if (purpose === 'relay_base') {
        const person = await store.findPerson(app.appid, grant.openid)
        const shown = person ? { nickname: person.nickname, avatarUrl: person.avatarUrl } : null
        const proof = person ? { appid: app.appid, openid: grant.openid, ...person } : null
        tickets.scanned(ticket, holderHash, grant.openid, proof, shown)
      } else {
        const proof = { appid: app.appid, ...(await platform.profile(grant)) }
        const shown = { nickname: proof.nickname, avatarUrl: proof.avatarUrl }
        if (purpose === 'website') tickets.confirmed(ticket, await store.signIn(proof))
        else tickets.scanned(ticket, holderHash, grant.openid, proof, shown)
      }
    } catch {
      tickets.failed(ticket)
    }
    return ticket.status
  }

  function question(req, id) {
    const ticket = tickets.ofPhone(id, cookies(req).phone)
    const needsExplicit = ticket.status === 'scanned' && !ticket.proof
    const body = {
      ...{ status: ticket.status, requestedAt: ticket.createdAt, serverTime: clock(), expiresAt: ticket.expiresAt },
      person: ticket.person ?? null,
      needsExplicit: needsExplicit ? authorize('mp', 'snsapi_userinfo', tickets.explicitState(ticket)) : null,
    }
    return { status: 200, body }
  }

  async function answer(req, id, { decision, matchNumber }) {
    const ticket = tickets.ofPhone(id, cookies(req).phone)
    if (decision !== 'confirm') throw new Refusal(400, 'bad_request')
    if (ticket.status === 'expired') throw new Refusal(410, 'ticket_expired')
    if (ticket.status !== 'scanned') throw new Refusal(409, 'ticket_over')
    if (!ticket.proof) throw new Refusal(409, 'explicit_required')
    tickets.checkNumber(ticket, matchNumber)
    tickets.confirmed(ticket, await store.signIn(ticket.proof))
    return { status: 200, body: { status: ticket.status } }
  }

  async function redeem(req, id, { attempt }) {
    const { browser } = cookies(req)
    const ticket = tickets.own(id, browser)
    if (!/^[A-Za-z0-9_-]{16,64}$/.test(attempt)) throw new Refusal(400, 'bad_request')
    const sessionId = hashOf('session', id, attempt, browser)
    const { account } = ticket
    if (tickets.redeem(ticket, attempt)) {
      const session = {
        hash: hashOf(sessionId),
        accountId: account.id,
        createdAt: clock(),
        expiresAt: clock() + SESSION_MS,
      }
      await store.addSession(session)
      sessions.set(session.hash, {
        ...session,
        ...account,
        accountCreatedAt: account.createdAt,
        createdAt: session.createdAt,
      })
    }
    const body = { account: accountView(account), returnTo: '/account' }
    return { status: 200, body, cookie: setCookie('session', sessionId, SESSION_MS / 1000) }
  }

  const accountView = ({ id, nickname, avatarUrl, createdAt }) => ({ id, nickname, avatarUrl, createdAt })

  async function session(req) {
    const { session: id } = cookies(req)
    const hash = id && hashOf(id)
    const found = hash && (sessions.get(hash) ?? (await store.findSession(hash)))
    if (!found || found.expiresAt <= clock()) throw new Refusal(401, 'signed_out')
    const account = { ...found, id: found.accountId, createdAt: found.accountCreatedAt }
    return {
      status: 200,
      body: { account: accountView(account), session: { createdAt: found.createdAt, expiresAt: found.expiresAt } },
    }
  }

  /** @returns {object | Promise<object>} what to answer. @throws Refusal */
  async function route(req) {
    const [path, query] = req.url.split('?', 2)
    const [, first, second, third, fourth] = path.split('/')
    const key = `${req.method} ${first}`
    if (req.method !== 'GET' && req.headers.origin !== origin) throw new Refusal(403, 'origin_refused')
    if (key === 'GET api' && second === 'session') return session(req)
    if (key === 'GET api' && second === 'tickets') {
      return { status: 200, body: { ticket: tickets.view(tickets.own(third, cookies(req).browser)) } }
    }
    if (key === 'GET api' && second === 'confirmations') return question(req, third)
    if (key === 'GET t') return openOnPhone(req, second)
    if (key === 'GET wechat') {
      const { ticket } = await callback(req, third, Object.fromEntries(new URLSearchParams(query)))
      return { status: 303, location: ticket.method === 'relay' ? `/confirm/${ticket.id}` : `/?ticket=${ticket.id}` }
    }
    if (path === '/healthz') return { status: 200, body: { status: 'ok' } }
    if (req.method !== 'POST') throw new Refusal(404, 'not_found')
    const body = await readBody(req)
    if (path === '/api/tickets') return begin(req, body)
    if (second === 'tickets' && fourth === 'redeem') return redeem(req, third, body)
    if (second === 'confirmations') return answer(req, third, body)
    if (first !== 'wechat') throw new Refusal(404, 'not_found')
    const { outcome } = await callback(req, third, body)
    return { status: 200, body: { status: outcome, next: '/' } }
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    route(req).then(
      (found) => send(res, found),
      (error) => {
        const { status, code } = error instanceof Refusal ? error : { status: 500, code: 'internal' }
        send(res, { status, body: { error: { code, message: code } } })
      },
    )
  })
  const wss = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: 4096 })
  server.on('upgrade', (req, socket, head) => {
    socket.on('error', () => socket.destroy())
    const mine = req.url === '/api/live' && req.headers.origin === origin
    if (!mine || req.headers['sec-websocket-protocol'] !== 'saoma.v1') return socket.destroy()
    const secret = cookies(req).browser
    wss.handleUpgrade(req, socket, head, (ws) => watch(ws, secret))
  })

  function watch(ws, secret) {
    let watched = null
    ws.on('error', () => {})
    ws.on('message', (data) => {
      try {
        const ticket = tickets.own(JSON.parse(String(data)).ticket, secret)
        watched = ticket.id
        watches.set(watched, (watches.get(watched) ?? new Set()).add(ws))
        ws.send(JSON.stringify({ type: 'ticket', ticket: tickets.view(ticket) }))
      } catch {
        ws.close(4401, 'not yours')
      }
    })
    ws.on('close', () => {
      const others = watches.get(watched)
      others?.delete(ws)
      if (others?.size === 0) watches.delete(watched)
    })
  }

  const bound = await listen(server, port)
  origin = `http://localhost:${bound}`
  return {
    url: origin,
    async close() {
      clearInterval(sweep)
      server.close()
      server.closeAllConnections()
      await platform.close()
      await store.close()
    },
  }
}

function send(res, { status, body, location, cookie }) {
  const text = body === undefined ? '' : JSON.stringify(body)
  const headers = { ...SHARED_HEADERS, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  if (location !== undefined) headers.location = location
  if (cookie !== undefined) headers['set-cookie'] = cookie
  res.writeHead(status, headers).end(text)
}

function readBody(req) {
  return new Promise((resolve, reject) => {
    const chunks = []
    let bytes = 0
    req.on('data', (chunk) => {
      bytes += chunk.length
      if (bytes > MOST_BYTES) reject(new Refusal(413, 'body_too_large'))
      else chunks.push(chunk)
    })
    req.on('error', reject)
    req.on('end', () => {
      try {
        resolve(JSON.parse(Buffer.concat(chunks).toString()) ?? {})
      } catch {
        reject(new Refusal(400, 'bad_request'))
      }
    })
  })
}

if (isProgram(import.meta.url)) {
  const { url } = await startLimit(JSON.parse(process.argv[2]))
  process.send?.({ url })
}
