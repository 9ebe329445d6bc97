// Whatever else is asked under WeChat's API paths: an error in WeChat's form, not a 404.
import Router from '@koa/router'
import type { SimState } from '../wire/context.js'
import { ApiError } from '../wire/errors.js'
import type { World } from '../world.js'

/** Comes after all other routes. */
export function unknownApiRoutes(_world: World): Router<SimState> {
  const router = new Router<SimState>()
  router.all(/^\/(sns|cgi-bin)\//, () => {
    throw new ApiError(40066)
  })
  return router
}
