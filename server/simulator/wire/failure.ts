// Turns what the routes throw into WeChat's answers: a JSON error with HTTP 200, an error page, or a control error.
import type { World } from '../world.js'
import type { SimMiddleware } from './context.js'
import { ControlError } from './control-input.js'
import { ApiError } from './errors.js'
import { PageError } from './page-errors.js'

/** The innermost middleware, so that a fault of the transport can lose an error like any other answer. */
export function catchErrors({ answers, pages }: World): SimMiddleware {
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      if (error instanceof ApiError) return answers.error(ctx, error.errcode, error.errmsg)
      if (error instanceof PageError) {
        return pages.show(ctx, { page: 'error', code: error.code, zh: error.zh, en: error.en })
      }
      if (error instanceof ControlError) {
        ctx.status = 400
        ctx.body = { error: error.message }
        return
      }
      throw error
    }
  }
}
