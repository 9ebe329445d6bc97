// One id and one log line for every request. Paths are logged without their query, which may hold WeChat's codes.
import type { Middleware } from 'koa'
import { mintId } from '#server/core/ids.js'
import type { Clock, Log, Meter, Random } from '#server/core/ports.js'

export function requestLog(deps: {
  log: Log
  clock: Clock
  random: Random
  meter: Pick<Meter, 'answered'>
}): Middleware {
  const { log, clock, random, meter } = deps
  return async (ctx, next) => {
    const startedAt = clock()
    const requestId = mintId('req', random)
    ctx.state.requestId = requestId
    ctx.set('X-Request-Id', requestId)
    await next()
    meter.answered(ctx.status, clock() - startedAt)
    log.info('request', { requestId, method: ctx.method, path: ctx.path, status: ctx.status, ms: clock() - startedAt })
  }
}
