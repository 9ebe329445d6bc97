// In front of what begins something new: turned away while this node has too much to do for those who are here already.
import type { Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'

export function unlessShedding(shedding: () => boolean): Middleware {
  return (_ctx, next) => {
    if (shedding()) throw new AppError('busy', { details: { why: 'event_loop' } })
    return next()
  }
}
