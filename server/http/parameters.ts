// Query parameters come once or not at all: of two, a proxy, a library and we might each believe another one. Pages are
// for people, who arrive with whatever others have added, and WeChat's return says itself what is doubled.
import type { Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'

const STRICT = /^\/(api|t|wechat\/login|wechat\/notify)\//

/** @throws AppError `bad_request` when a name comes twice */
export const singleParameters: Middleware = (ctx, next) => {
  if (ctx.querystring !== '' && STRICT.test(ctx.path) && anyTwice(ctx.querystring)) {
    throw new AppError('bad_request', { details: { why: 'a query parameter comes twice' } })
  }
  return next()
}

function anyTwice(query: string): boolean {
  const names = [...new URLSearchParams(query).keys()]
  return new Set(names).size < names.length
}
