// Requests that change something must come from our own pages. Browsers say so in Origin and Sec-Fetch-Site.
import type { Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'

/** True for our own origin and nothing else: no suffixes, no `null`, no other scheme, port or case. */
export function isOwnOrigin(origin: string | undefined, publicUrl: string): boolean {
  return origin === publicUrl
}

const ORIGIN = /^(null|[a-z][a-z0-9+.-]*:\/\/[^/\s]+)$/i
const SITE = /^(same-origin|same-site|cross-site|none)?$/

/** What the log is told of a header: what no browser sends may be anything, a secret that somebody put there too. */
function told(form: RegExp, value: string | undefined): string | undefined {
  return value === undefined || form.test(value) ? value : '…'
}

/**
 * Refuses pages in browsers: this call is for apps and programs, which send no Origin. @throws AppError `native_only`
 */
export const nativeOnly: Middleware = (ctx, next) => {
  if (ctx.get('Origin') !== '') throw new AppError('native_only')
  return next()
}

/**
 * Refuses requests that another site's page has made. Programs that are no browsers send neither header; they cannot
 * ride on a visitor's cookies either. @throws AppError `origin_refused`
 */
export function sameOrigin(publicUrl: string): Middleware {
  return (ctx, next) => {
    const origin = ctx.get('Origin') || undefined
    const site = ctx.get('Sec-Fetch-Site')
    const foreign = origin === undefined ? site !== '' && site !== 'same-origin' : !isOwnOrigin(origin, publicUrl)
    if (foreign)
      throw new AppError('origin_refused', { details: { origin: told(ORIGIN, origin), site: told(SITE, site) } })
    return next()
  }
}
