// One id and one log line for every request. Paths are logged without their query, which may hold WeChat's codes,
// and without whatever else in them may open something: strangers write there what they like.
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
    ctx.set('x-request-id', requestId)
    await next()
    meter.answered(ctx.status, clock() - startedAt)
    log.info('request', {
      requestId,
      method: ctx.method,
      path: shownPath(ctx.path),
      status: ctx.status,
      ms: clock() - startedAt,
    })
  }
}

/** Words stay, and ids that open nothing, and the beginning of a ticket's; of everything else only that it was there. */
export function shownPath(path: string): string {
  return path
    .split('/')
    .map((part) => {
      if (/^([a-z][a-z.-]{0,23}|\w{0,4}|(acc|ses)_[\w-]{22})$/.test(part)) return part
      return part.startsWith('tkt_') ? `${part.slice(0, 12)}…` : '…'
    })
    .join('/')
}
