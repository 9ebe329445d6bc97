// The textbook: the same libraries as everybody puts them together. koa, @koa/router, koa-session over a Sequelize model,
// tickets as rows, findOrCreate in transactions, the global fetch, qrcode.toString. Its addresses and its checks are Saoma's.
// As a program: node server.mjs '{"wechat":"http://…","file":"…"}'
import { createHash, randomBytes, randomInt } from 'node:crypto'
import { createServer } from 'node:http'
import bodyParser from '@koa/bodyparser'
import Router from '@koa/router'
import Koa from 'koa'
import createSession from 'koa-session'
import QRCode from 'qrcode'
import { WebSocketServer } from 'ws'
import { isProgram, listen } from '../program.mjs'
import { APPS } from '../wechat.mjs'
import { openModels, sessionStore } from './models.mjs'

const PENDING_MS = { website: 600_000, relay: 90_000 }
const COOKIE = 'textbook'
const newSecret = () => randomBytes(32).toString('base64url')
const hashOf = (text) => createHash('sha256').update(text).digest('base64url')

/**
 * @param {{ wechat: string, file: string, port?: number, synchronous?: 'FULL' | 'NORMAL', clock?: () => number, apps?: typeof APPS }} options
 */
export async function startTextbook({ wechat, file, port = 0, synchronous = 'NORMAL', clock = Date.now, apps = APPS }) {
  const models = await openModels(file, synchronous)
  const { Account, Identity, Ticket, alone } = models
  const store = sessionStore(models)
  const sockets = new Map()
  const app = new Koa()
  app.keys = [newSecret()]
  let origin = ''

  const view = (ticket) => ({
    ...{ id: ticket.id, method: ticket.method, status: ticket.status, version: ticket.version, serverTime: clock() },
    ...{ expiresAt: ticket.expiresAt, reason: null },
    scannedBy: ticket.nickname === null ? null : { nickname: ticket.nickname, avatarUrl: ticket.avatarUrl },
  })
  const announce = (ticket) => {
    const text = JSON.stringify({ type: 'ticket', ticket: view(ticket) })
    for (const ws of sockets.get(ticket.id) ?? []) ws.send(text)
  }
  async function change(ticket, values) {
    await alone(() => ticket.update({ ...values, version: ticket.version + 1 }))
    announce(ticket)
  }
  async function call(path, query) {
    const answer = await (await fetch(`${wechat}${path}?${new URLSearchParams(query)}`)).json()
    if (answer.errcode) throw new Error(`WeChat said ${answer.errcode}`)
    return answer
  }
  const appOf = (key) => apps.find((one) => one.key === key)
  const authorize = (key, scope, state) =>
    `${wechat}/connect/oauth2/authorize?${new URLSearchParams({
      ...{
        appid: appOf(key).appid,
        redirect_uri: `${origin}/wechat/callback/${key}`,
        response_type: 'code',
        scope,
        state,
      },
    })}#wechat_redirect`

  /** The ticket as far as time has got with it. */
  async function find(ctx, where, status = 404, code = 'ticket_unknown') {
    const ticket = await Ticket.findOne({ where })
    if (!ticket) ctx.throw(status, code)
    const open = ['pending', 'scanned', 'confirmed'].includes(ticket.status)
    if (open && ticket.expiresAt <= clock()) await change(ticket, { status: 'expired' })
    return ticket
  }
  const own = async (ctx) => {
    const ticket = await find(ctx, { id: ctx.params.id })
    if (!ctx.session.browser || ticket.browser !== hashOf(ctx.session.browser)) ctx.throw(404, 'ticket_unknown')
    return ticket
  }
  const ofPhone = async (ctx) => {
    const ticket = await find(ctx, { id: ctx.params.id })
    if (!ctx.session.phone || ticket.phone !== hashOf(ctx.session.phone)) ctx.throw(404, 'ticket_unknown')
    return ticket
  }

  const router = new Router()
  router.post('/api/tickets', async (ctx) => {
    const { method } = ctx.request.body
    if (!(method in PENDING_MS)) ctx.throw(400, 'bad_request')
    ctx.session.browser ??= newSecret()
    const state = method === 'website' ? newSecret() : null
    const values = {
      ...{ id: `tkt_${randomBytes(45).toString('base64url')}`, method, status: 'pending', purpose: state && 'website' },
      ...{ browser: hashOf(ctx.session.browser), state: state && hashOf(state), createdAt: clock() },
      ...{ expiresAt: clock() + PENDING_MS[method], matchNumber: String(randomInt(100)).padStart(2, '0') },
    }
    const ticket = await alone(() => Ticket.create(values))
    const content = `${origin}/t/${ticket.id}`
    const qr = method === 'relay' ? { content, svg: await QRCode.toString(content, { type: 'svg' }) } : null
    ctx.status = 201
    ctx.body = {
      ticket: view(ticket),
      qr,
      embedUrl: state && authorize('pc', 'snsapi_login', state),
      matchNumber: ticket.matchNumber,
    }
  })
  router.get('/api/tickets/:id', async (ctx) => {
    ctx.body = { ticket: view(await own(ctx)) }
  })

  router.get('/t/:id', async (ctx) => {
    const ticket = await find(ctx, { id: ctx.params.id, method: 'relay' })
    if (ticket.status === 'expired') ctx.throw(410, 'ticket_expired')
    ctx.session.phone ??= newSecret()
    if (ticket.phone !== null && ticket.phone !== hashOf(ctx.session.phone)) ctx.throw(409, 'scanned_elsewhere')
    const state = newSecret()
    await alone(() =>
      ticket.update({ state: hashOf(state), purpose: `relay_base:${hashOf(ctx.session.phone)}`, code: null }),
    )
    ctx.status = 303
    ctx.set('location', authorize('mp', 'snsapi_base', state))
    ctx.body = ''
  })

  /** @returns the ticket, moved */
  async function callback(ctx, { state, code }) {
    const key = ctx.params.app
    if (typeof state !== 'string' || typeof code !== 'string' || !appOf(key)) ctx.throw(400, 'bad_request')
    const ticket = await find(ctx, { state: hashOf(state) }, 400, 'state_invalid')
    const [purpose, phone] = ticket.purpose.split(':')
    const holder = purpose === 'website' ? ticket.browser : phone
    const held = purpose === 'website' ? ctx.session.browser : ctx.session.phone
    if (!held || holder !== hashOf(held) || (purpose === 'website') !== (key === 'pc')) ctx.throw(400, 'state_invalid')
    if (ticket.code !== null) return ticket
    if (ticket.status === 'expired') ctx.throw(400, 'state_expired')
    try {
      await alone(() => ticket.update({ code: hashOf(`${key}:${code}`) }))
    } catch {
      ctx.throw(409, 'code_used')
    }
    const { appid, secret } = appOf(key)
    try {
      const grant = await call('/sns/oauth2/access_token', { appid, secret, code, grant_type: 'authorization_code' })
      const proof = { appid, openid: grant.openid }
      if (purpose === 'relay_base') {
        const identity = await Identity.findByPk(`${appid}:${grant.openid}`)
        const account = identity && (await Account.findByPk(identity.accountId))
        const { unionid = null, nickname = null, avatarUrl = null } = account ?? {}
        await change(ticket, {
          status: 'scanned',
          phone,
          openid: grant.openid,
          unionid,
          nickname,
          avatarUrl,
          expiresAt: clock() + 120_000,
        })
        return ticket
      }
      const profile = await call('/sns/userinfo', {
        access_token: grant.access_token,
        openid: grant.openid,
        lang: 'zh_CN',
      })
      if (ticket.openid !== null && ticket.openid !== profile.openid) throw new Error('somebody else')
      Object.assign(proof, { unionid: profile.unionid, nickname: profile.nickname, avatarUrl: profile.headimgurl })
      if (purpose !== 'website') {
        await change(ticket, {
          status: 'scanned',
          openid: proof.openid,
          unionid: proof.unionid,
          nickname: proof.nickname,
          avatarUrl: proof.avatarUrl,
        })
        return ticket
      }
      const moved = await models.signIn(proof, ticket.id, { status: 'confirmed', expiresAt: clock() + 86_400_000 })
      announce(moved)
      return moved
    } catch {
      await change(ticket, { status: 'failed' })
      return ticket
    }
  }
  router.get('/wechat/callback/:app', async (ctx) => {
    const ticket = await callback(ctx, ctx.query)
    ctx.status = 303
    ctx.set('location', `/confirm/${ticket.id}`)
    ctx.body = ''
  })
  router.post('/wechat/callback/:app', async (ctx) => {
    const { status } = await callback(ctx, ctx.request.body)
    ctx.body = { status, next: '/' }
  })

  router.get('/api/confirmations/:id', async (ctx) => {
    const ticket = await ofPhone(ctx)
    let needsExplicit = null
    if (ticket.status === 'scanned' && ticket.unionid === null) {
      const state = newSecret()
      await alone(() => ticket.update({ state: hashOf(state), purpose: `relay_explicit:${ticket.phone}`, code: null }))
      needsExplicit = authorize('mp', 'snsapi_userinfo', state)
    }
    ctx.body = { ...view(ticket), person: view(ticket).scannedBy, needsExplicit }
  })
  router.post('/api/confirmations/:id', async (ctx) => {
    const ticket = await ofPhone(ctx)
    const { decision, matchNumber } = ctx.request.body
    if (decision !== 'confirm') ctx.throw(400, 'bad_request')
    if (ticket.status !== 'scanned') ctx.throw(409, 'ticket_over')
    if (ticket.unionid === null) ctx.throw(409, 'explicit_required')
    if (matchNumber !== ticket.matchNumber) {
      const tries = Number(ticket.tries) + 1
      await change(ticket, { tries, ...(tries < 3 ? {} : { status: 'failed' }) })
      ctx.throw(422, 'match_number_wrong')
    }
    const { openid, unionid, nickname, avatarUrl } = ticket
    const proof = { appid: appOf('mp').appid, openid, unionid, nickname, avatarUrl }
    const moved = await models.signIn(proof, ticket.id, { status: 'confirmed', expiresAt: clock() + 86_400_000 })
    announce(moved)
    ctx.body = { status: moved.status }
  })

  router.post('/api/tickets/:id/redeem', async (ctx) => {
    const ticket = await own(ctx)
    const { attempt } = ctx.request.body
    if (!/^[A-Za-z0-9_-]{16,64}$/.test(attempt)) ctx.throw(400, 'bad_request')
    const again = ticket.status === 'redeemed' && ticket.attempt === hashOf(attempt)
    if (ticket.status === 'expired') ctx.throw(410, 'ticket_expired')
    if (ticket.status === 'redeemed' && !again) ctx.throw(409, 'ticket_redeemed')
    if (!again && ticket.status !== 'confirmed') ctx.throw(409, 'ticket_not_confirmed')
    if (!again) await change(ticket, { status: 'redeemed', attempt: hashOf(attempt) })
    const { id, nickname, avatarUrl, createdAt } = await Account.findByPk(ticket.accountId)
    ctx.session.accountId = id
    ctx.body = { account: { id, nickname, avatarUrl, createdAt }, returnTo: '/account' }
  })
  router.get('/api/session', async (ctx) => {
    if (!ctx.session.accountId) ctx.throw(401, 'signed_out')
    const { id, nickname, avatarUrl, createdAt } = await Account.findByPk(ctx.session.accountId)
    ctx.body = { account: { id, nickname, avatarUrl, createdAt }, session: {} }
  })

  app.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      ctx.status = error.status ?? 500
      ctx.body = { error: { code: error.status ? error.message : 'internal', message: error.message } }
    }
  })
  app.use(async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.get('origin') !== origin) ctx.throw(403, 'origin_refused')
    await next()
  })
  app.use(createSession({ key: COOKIE, store, maxAge: 7 * 86_400_000, secure: false, sameSite: 'lax' }, app))
  app.use(bodyParser())
  app.use(router.routes())

  const server = createServer(app.callback())
  const wss = new WebSocketServer({ noServer: true })
  server.on('upgrade', async (req, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (req.url !== '/api/live' || req.headers.origin !== origin) return socket.destroy()
    const { cookies } = app.createContext(req, { getHeader() {}, setHeader() {} })
    const id = cookies.get(COOKIE, { signed: true })
    const session = id && (await store.get(id))
    return wss.handleUpgrade(req, socket, head, (ws) => watch(ws, session?.browser))
  })
  function watch(ws, secret) {
    ws.on('error', () => {})
    ws.on('message', async (data) => {
      const ticket = await Ticket.findByPk(JSON.parse(String(data)).ticket)
      if (!secret || ticket?.browser !== hashOf(secret)) return ws.close(4401, 'not yours')
      if (!sockets.has(ticket.id)) sockets.set(ticket.id, new Set())
      sockets.get(ticket.id).add(ws)
      ws.on('close', () => sockets.delete(ticket.id))
      return ws.send(JSON.stringify({ type: 'ticket', ticket: view(ticket) }))
    })
  }

  origin = `http://localhost:${await listen(server, port)}`
  return {
    url: origin,
    async close() {
      server.close()
      server.closeAllConnections()
      await models.close()
    },
  }
}

if (isProgram(import.meta.url)) {
  const { url } = await startTextbook(JSON.parse(process.argv[2]))
  process.send?.({ url })
}
