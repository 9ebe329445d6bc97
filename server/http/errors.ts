// The one funnel from errors to answers: known ones by their code, everything else as `internal` with a line in the log.
import type { Context, Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'
import type { Log, Meter } from '#server/core/ports.js'
import { ERRORS, type ErrorCode } from '#shared/errors.js'
import { retryAfterOf } from './limits/limits.js'

/** Renders an error for a person; gets the code and sets the body. */
export type RenderNotice = (ctx: Context, code: ErrorCode) => void

interface Funnel {
  readonly log: Log
  readonly notice: RenderNotice
  readonly meter: Pick<Meter, 'refused'>
}

/**
 * Stands inside the security headers and outside everything else, so that an error answer keeps its headers. Pages get
 * a page, programs get JSON: `{ error: { code, message, requestId } }`, the message in the visitor's language.
 */
export function errorFunnel(deps: Funnel): Middleware {
  return async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body == null) throw new AppError('not_found')
      // The router answers 501 to methods that no address takes: for a visitor that is the same.
      if (ctx.status === 405 || ctx.status === 501) throw new AppError('method_not_allowed')
    } catch (error) {
      answer(ctx, error, deps)
    }
  }
}

function answer(ctx: Context, error: unknown, { log, notice, meter }: Funnel): void {
  const known = error instanceof AppError ? error : null
  const code: ErrorCode = known?.code ?? 'internal'
  const { status, retry, zh, en } = ERRORS[code]
  const data = { requestId: ctx.state.requestId, code, ...known?.details }
  if (known === null) log.error('request.failed', { ...data, error })
  else if (status >= 500) log.warn('request.failed', { ...data, error })
  else log.info('request.refused', data)

  ctx.status = status
  const pause = (known && retryAfterOf(known)) ?? (retry === 'again' && status >= 503 ? 2 : null)
  if (pause !== null) ctx.set('Retry-After', String(pause))
  meter.refused(code)
  if (wantsPage(ctx)) {
    notice(ctx, code)
    return
  }
  const message = ctx.acceptsLanguages('en', 'zh') === 'zh' ? zh : en
  ctx.body = { error: { code, message, requestId: ctx.state.requestId } }
}

/** Only what a person opens in a browser gets a page; anything that accepts either gets JSON. */
function wantsPage(ctx: Context): boolean {
  return ctx.method === 'GET' && !ctx.path.startsWith('/api/') && ctx.accepts('json', 'html') === 'html'
}
