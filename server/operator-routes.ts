// The table of contents of the operator's console: every address under /admin, with its guards. Whoever is no operator finds
// none of them.
import Router from '@koa/router'
import type { Middleware } from 'koa'
import { AppError } from './core/errors.js'
import { readJson } from './http/body.js'
import type { Edge } from './http/edge.js'
import { sameOrigin } from './http/origin.js'
import { adminAccountRoutes } from './http/routes/admin/accounts.js'
import { adminGuards } from './http/routes/admin/guard.js'
import { adminNodeRoutes } from './http/routes/admin/node.js'
import { adminRoleRoutes } from './http/routes/admin/role.js'

/** @param session loads the session of a request */
export function operatorRoutes(edge: Edge, session: Middleware): Router {
  const router = new Router()
  const own = sameOrigin(edge.publicUrl)
  const { operatorOnly, operatorOrClaimant, fresh } = adminGuards(edge)
  const role = adminRoleRoutes(edge)
  const accounts = adminAccountRoutes(edge)
  const node = adminNodeRoutes(edge)
  const badCode = edge.limits.failures('operatorCode', ['not_found'], { beforehand: true })

  router.get('/admin', session, operatorOrClaimant, role.page)
  router.get('/api/admin/me', session, operatorOrClaimant, own, role.me)
  router.post('/api/admin/claim', session, operatorOrClaimant, own, badCode, readJson, role.claim)
  router.get('/api/admin/operators', session, operatorOnly, own, role.operators)

  router.get('/api/admin/accounts', session, operatorOnly, own, accounts.search)
  router.get('/api/admin/accounts/:id', session, operatorOnly, own, accounts.see)
  router.post('/api/admin/orders', session, operatorOnly, own, readJson, operatorOnly, accounts.order)
  router.get('/api/admin/history', session, operatorOnly, own, accounts.history)
  router.get('/api/admin/history/export', session, operatorOnly, own, fresh, accounts.exportHistory)

  router.get('/api/admin/numbers', session, operatorOnly, own, node.numbers)
  router.get('/api/admin/apps', session, operatorOnly, own, node.apps)
  router.get('/api/admin/config', session, operatorOnly, own, node.config)
  router.get('/api/admin/jobs', session, operatorOnly, own, node.jobs)
  router.post('/api/admin/jobs', session, operatorOnly, own, fresh, readJson, operatorOnly, node.start)
  // Whatever else is asked for here: also by another method, of which the router itself would tell.
  router.all(/^\/(api\/)?admin(\/.*)?$/, () => {
    throw new AppError('not_found')
  })
  return router
}
