// The table of contents: the order of the middleware, and every route with its guards (those of the console: operator-routes.ts).
import Router from '@koa/router'
import Koa from 'koa'
import { readJson } from './http/body.js'
import type { Edge } from './http/edge.js'
import { errorFunnel } from './http/errors.js'
import { begunHere } from './http/limits/network.js'
import { nativeOnly, sameOrigin } from './http/origin.js'
import { singleParameters } from './http/parameters.js'
import { requestLog } from './http/request-log.js'
import { accountRoutes } from './http/routes/account.js'
import { appLoginRoutes } from './http/routes/app-login.js'
import { avatarRoutes } from './http/routes/avatars.js'
import { callbackRoutes } from './http/routes/callback.js'
import { clientRoutes } from './http/routes/client.js'
import { metricsGuard, metricsRoutes } from './http/routes/metrics.js'
import { notifyRoutes } from './http/routes/notify.js'
import { loginByPlace, officialRoutes } from './http/routes/official.js'
import { healthRoutes, pageRoutes } from './http/routes/pages.js'
import { phoneRoutes } from './http/routes/phone.js'
import { serviceRoutes } from './http/routes/service.js'
import { sessionRoutes } from './http/routes/session.js'
import { siteFileRoutes } from './http/routes/site-files.js'
import { ticketRoutes } from './http/routes/tickets.js'
import { securityHeaders } from './http/security-headers.js'
import { serviceOnly } from './http/service-keys.js'
import { sessions } from './http/session.js'
import { unlessShedding } from './http/shedding.js'
import { operatorRoutes } from './operator-routes.js'

/** @param ready why the service cannot do its work @param warnings what is amiss all the same; what /readyz answers. */
export function createApp(edge: Edge, ready: () => Promise<readonly string[]>, warnings: () => readonly string[]): Koa {
  const app = new Koa()
  // A router looks at all its routes for each request: the few that every login takes have one of their own.
  const login = new Router()
  const router = new Router()
  const own = sameOrigin(edge.publicUrl)
  const room = unlessShedding(edge.shedding)
  const { load: session, signedIn } = sessions(app, edge)
  const page = pageRoutes(edge)
  const client = clientRoutes(edge)
  const ticket = ticketRoutes(edge)
  const phone = phoneRoutes(edge)
  const official = officialRoutes(edge)
  const callback = callbackRoutes(edge, official)
  const byPlace = loginByPlace(edge, official.hasSession)
  const apps = appLoginRoutes(edge)
  const me = sessionRoutes(edge)
  const mine = accountRoutes(edge)
  const notify = notifyRoutes(edge)
  const service = serviceRoutes(edge)
  const backEnd = serviceOnly(edge.serviceKeys)
  const avatar = avatarRoutes(edge)
  const files = siteFileRoutes(edge)
  const health = healthRoutes(ready, warnings)
  const metrics = metricsRoutes(edge.meter)
  const operator = metricsGuard(backEnd, (req) => edge.openHere && begunHere(req))
  const { each, failures } = edge.limits
  const guess = failures('guess', ['ticket_unknown'])
  const badKey = failures('serviceKey', ['service_key_wrong'])
  const badCode = failures('appLogin', ['code_rejected', 'code_used', 'app_unknown'], { beforehand: true })
  const badReturn = failures('callback', ['state_invalid', 'state_expired', 'bad_request', 'code_used', 'app_unknown'])
  const badPush = failures('notify', ['push_refused', 'app_unknown', 'body_too_large'])

  router.get('/', byPlace, page.login)
  router.get('/login', byPlace, page.login)
  router.get('/confirm/:id', page.confirm)
  router.get('/account', page.account)
  router.get('/manifest.webmanifest', client.manifest)
  router.get('/worker.js', client.workerScript)
  router.get('/api/config', page.config)
  router.get('/site/logo', files.showLogo)
  router.get('/avatars/:name', each('avatar'), avatar.show)

  login.post('/api/tickets', room, own, each('create', 'createByBrowser'), readJson, ticket.begin)
  login.get('/api/tickets/:id', guess, each('read'), ticket.read)
  login.delete('/api/tickets/:id', own, guess, ticket.cancel)
  login.post('/api/tickets/:id/redeem', own, guess, each('redeem'), readJson, ticket.redeem)

  login.get('/t/:id', guess, phone.open)
  login.get('/api/confirmations/:id', guess, phone.question)
  login.post('/api/confirmations/:id', own, guess, each('confirm'), readJson, phone.answer)

  router.post('/api/login/mobile', nativeOnly, badCode, readJson, apps.mobile)
  router.post('/api/login/mini-program', nativeOnly, badCode, readJson, apps.miniProgram)

  router.get('/wechat/login/:app', room, each('enter', 'enterByBrowser'), official.start)
  login.get('/wechat/callback/:app', badReturn, callback.arrive)
  login.post('/wechat/callback/:app', own, badReturn, readJson, callback.post)
  router.get('/wechat/notify/:app', badPush, notify.check)
  router.post('/wechat/notify/:app', badPush, notify.take)

  login.get('/api/session', session, signedIn, me.read)
  login.delete('/api/session', own, session, signedIn, me.end)
  router.get('/api/sessions', session, signedIn, me.list)
  router.delete('/api/sessions/:id', own, session, signedIn, me.endOne)
  router.delete('/api/sessions', own, session, signedIn, me.endOthers)
  router.get('/api/account', session, signedIn, mine.read)
  router.get('/api/account/logins', session, signedIn, mine.logins)
  router.get('/api/account/export', session, signedIn, mine.exportAll)
  router.delete('/api/account', own, session, signedIn, mine.erase)

  router.post('/api/introspect', badKey, backEnd, readJson, service.introspect)
  router.get('/api/accounts/:id', badKey, backEnd, service.account)

  router.get('/healthz', health.live)
  router.get('/readyz', health.readiness)
  router.get('/metrics', badKey, operator, metrics.read)

  app.use(requestLog(edge))
  app.use(securityHeaders(edge))
  app.use(errorFunnel({ log: edge.log, notice: edge.notice.error, meter: edge.meter }))
  app.use(singleParameters)
  app.use(page.asset)
  app.use(files.verify)
  app.use(login.routes())
  app.use(router.routes())
  app.use(operatorRoutes(edge, session).routes())
  app.use(router.allowedMethods())
  app.on('error', (error: unknown) => edge.log.error('request.broken', { error }))
  return app
}
