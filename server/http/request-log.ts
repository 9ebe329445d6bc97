// One id and one log line for every request. Paths are logged without their query, which may hold WeChat's codes.
import type { Middleware } from 'koa'
import { mintId } from '#server/core/ids.js'
import type { Clock, Log, Random } from '#server/core/ports.js'

export function requestLog({ log, clock, random }: { log: Log; clock: Clock; random: Random }): Middleware {
  return async (ctx, next) => {
    const startedAt = clock()
    const requestId = mintId('req', random)
    ctx.state.requestId = requestId
    ctx.set('X-Request-Id', requestId)
    await next()
    const path = ctx.path.replace(/tkt_[A-Za-z0-9_-]+/, (id) => `${id.slice(0, 12)}…`)
    log.info('request', { requestId, method: ctx.method, path, status: ctx.status, ms: clock() - startedAt })
  }
}
