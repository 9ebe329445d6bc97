// Nobody shall take the simulator for WeChat.
import type { SimMiddleware } from './context.js'

/** The outermost middleware: says on every answer whose it is. */
export function markAnswers(): SimMiddleware {
  return (ctx, next) => {
    ctx.set('x-simulator', 'saoma')
    return next()
  }
}
