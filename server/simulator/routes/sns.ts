// The server API under /sns: which call is which, and how each is answered.
import Router from '@koa/router'
import type { SimMiddleware, SimState } from '../wire/context.js'
import { ApiError } from '../wire/errors.js'
import type { World } from '../world.js'
import { codeToSession } from './sns-session.js'
import { exchangeCode, refreshToken } from './sns-token.js'
import { checkToken, readUserinfo } from './sns-userinfo.js'

/** `/sns/oauth2/access_token`, `/sns/oauth2/refresh_token`, `/sns/userinfo`, `/sns/auth` and `/sns/jscode2session`. */
export function snsRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()
  const answer =
    (call: (world: World, params: URLSearchParams) => object): SimMiddleware =>
    (ctx) =>
      world.answers.sns(ctx, call(world, ctx.state.params))
  const refuseMethod: SimMiddleware = () => {
    throw new ApiError(43001)
  }

  router.get('/sns/oauth2/access_token', answer(exchangeCode))
  router.post('/sns/oauth2/access_token', answer(exchangeCode))
  router.get('/sns/oauth2/refresh_token', answer(refreshToken))
  router.get('/sns/userinfo', answer(readUserinfo))
  router.get('/sns/auth', answer(checkToken))
  router.get('/sns/jscode2session', answer(codeToSession))
  for (const path of ['/sns/oauth2/refresh_token', '/sns/userinfo', '/sns/auth', '/sns/jscode2session'])
    router.post(path, refuseMethod)
  return router
}
