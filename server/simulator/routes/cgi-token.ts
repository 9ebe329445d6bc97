// The server's own tokens under /cgi-bin, the SDK's ticket, and the openids of people whose account has moved.
import { isIPv6 } from 'node:net'
import Router from '@koa/router'
import type { App } from '../state/apps.js'
import { openidOf } from '../state/ids.js'
import type { SimContext, SimState } from '../wire/context.js'
import { ApiError } from '../wire/errors.js'
import { jsonBody } from '../wire/json-body.js'
import { requireServerToken } from '../wire/server-token.js'
import type { World } from '../world.js'
import { knownApp, orderedError, required, requireGrantType } from './sns-params.js'

/** Openids in one call of `changeopenid`. */
const MOST_MOVED = 100

/** `/cgi-bin/token`, `/cgi-bin/stable_token`, `/cgi-bin/ticket/getticket` and `/cgi-bin/changeopenid`. */
export function cgiTokenRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()
  const { serverTokens, answers } = world

  router.get('/cgi-bin/token', (ctx) => {
    const app = checkCaller(world, ctx, ctx.state.params)
    const { token, expiresIn } = serverTokens.renew(app)
    answers.cgi(ctx, { access_token: token, expires_in: expiresIn })
  })

  router.post('/cgi-bin/stable_token', (ctx) => {
    // A form is not read: then everything is missing.
    const given = ctx.is('application/x-www-form-urlencoded') ? {} : jsonBody(ctx)
    const app = checkCaller(world, ctx, textsOf(given))
    const issued = serverTokens.stable(app, Reflect.get(given, 'force_refresh') === true)
    if (issued === 'daily') throw new ApiError(45009)
    if (issued === 'minute') throw new ApiError(45011)
    answers.cgi(ctx, { access_token: issued.token, expires_in: issued.expiresIn })
  })

  router.get('/cgi-bin/ticket/getticket', (ctx) => {
    const app = requireServerToken(world, ctx.state.params)
    const type = ctx.state.params.get('type') ?? ''
    if (type === '2' && app.kind !== 'mobile') throw new ApiError(48001)
    orderedError(world, ctx.path)
    const { token, expiresIn } = serverTokens.ticket(app, type)
    answers.cgi(ctx, { errcode: 0, errmsg: 'ok', ticket: token, expires_in: expiresIn })
  })

  router.post('/cgi-bin/changeopenid', (ctx) => {
    const app = requireServerToken(world, ctx.state.params)
    const given = jsonBody(ctx)
    orderedError(world, ctx.path)
    const from = knownApp(world, String(Reflect.get(given, 'from_appid')))
    const list: unknown = Reflect.get(given, 'openid_list')
    if (!Array.isArray(list) || list.length === 0 || list.length > MOST_MOVED) throw new ApiError(47001)
    const result = list.map((openid) => moved(world, from, app, String(openid)))
    answers.cgi(ctx, { errcode: 0, errmsg: 'ok', result_list: result })
  })

  for (const path of ['/cgi-bin/token', '/cgi-bin/ticket/getticket']) router.post(path, refuse(43001))
  for (const path of ['/cgi-bin/stable_token', '/cgi-bin/changeopenid']) router.get(path, refuse(43002))
  return router
}

function refuse(errcode: number) {
  return () => {
    throw new ApiError(errcode)
  }
}

/** The order of WeChat's checks is not documented; this one is kept here. @throws ApiError */
function checkCaller(world: World, ctx: SimContext, given: URLSearchParams): App {
  const appid = required(given, 'appid', 41002)
  const secret = required(given, 'secret', 41004)
  requireGrantType(given, 'client_credential')
  const app = knownApp(world, appid)
  if (secret !== app.secret) throw new ApiError(40125)
  const address = ctx.ip.replace(/^::ffff:/, '')
  if (app.ipWhitelist && !app.ipWhitelist.includes(address)) throw notListed(address)
  const fault = world.faults.take(ctx.path, 'errcode')
  if (fault?.errcode === 40164 && fault.errmsg === null) throw notListed(address)
  if (fault) throw new ApiError(fault.errcode, fault.errmsg)
  return app
}

/** The one error whose text is worth reading: it names the address that the operator has to list. */
function notListed(address: string): ApiError {
  const ipv6 = isIPv6(address) ? address : `::ffff:${address}`
  return new ApiError(40164, `invalid ip ${address} ipv6 ${ipv6}, not in whitelist`)
}

function textsOf(fields: object): URLSearchParams {
  return new URLSearchParams(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function moved({ people }: World, from: App, to: App, openid: string): object {
  const person = people.all().find(({ seed }) => openidOf(seed, from.appid) === openid)
  if (!person) return { ori_openid: openid, new_openid: '', err_msg: 'ori_openid error' }
  return { ori_openid: openid, new_openid: openidOf(person.seed, to.appid), err_msg: 'ok' }
}
