// Security headers on every answer; pages loosen exactly what they need. One list serves the answers of middleware, of
// Node's own HTTP server and of refused upgrades.

import type { Context, Middleware } from 'koa'

/**
 * The strict default: nothing may be loaded, framed or cached. Names in lower case: any other costs Node a slow look-up for
 * each header of each answer.
 */
export function strictHeaders(secure: boolean): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    // The filter of old browsers could itself be made to break pages.
    'x-xss-protection': '0',
    ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}

/** Sets the strict default on every answer. */
export function securityHeaders({ secure }: { secure: boolean }): Middleware {
  const headers = Object.entries(strictHeaders(secure))
  return ({ res }, next) => {
    for (const [name, value] of headers) res.setHeader(name, value)
    return next()
  }
}

export interface PageNeeds {
  /** Origin whose page may be shown in a frame, from where it returns to a page of ours. */
  readonly frame?: string | undefined
  /** `self`: our own page may show this one in a frame, through whatever frame of WeChat's lies between. */
  readonly framedBySelf?: boolean
  /** The page belongs to the client that can be installed: it has a manifest and a worker. */
  readonly installable?: boolean
}

/** What a page of ours may load: its own scripts, styles, sockets and pictures. Codes are drawn as `data:`. */
export function pageCsp(publicUrl: string, needs: PageNeeds = {}): string {
  const socket = publicUrl.replace(/^http/, 'ws')
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${socket}`,
    // Chromium asks this policy again when the frame goes on: WeChat's page returns to our callback inside it.
    `frame-src ${needs.frame ? `'self' ${needs.frame}` : "'none'"}`,
    ...(needs.installable ? ["manifest-src 'self'", "worker-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${needs.framedBySelf ? "'self'" : "'none'"}`,
  ].join('; ')
}

/** Sets it for a page's answer. */
export function pagePolicy(ctx: Context, publicUrl: string, needs: PageNeeds = {}): void {
  ctx.set('content-security-policy', pageCsp(publicUrl, needs))
  if (needs.framedBySelf) ctx.set('x-frame-options', 'SAMEORIGIN')
}
