// Security headers on every answer; pages loosen exactly what they need.

import type { Context, Middleware } from 'koa'
import helmet from 'koa-helmet'

/** The strict default: nothing may be loaded, framed or cached. */
export function securityHeaders({ secure }: { secure: boolean }): Middleware {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"] },
    },
    crossOriginEmbedderPolicy: false,
    frameguard: { action: 'deny' },
    hsts: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
  })
  return async (ctx, next) => {
    ctx.set('Cache-Control', 'no-store')
    ctx.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=()')
    await headers(ctx, next)
  }
}

export interface PageNeeds {
  /** Origin whose page may be shown in a frame, from where it returns to a page of ours. */
  readonly frame?: string | undefined
  /** Further origins of pictures. */
  readonly images?: readonly string[]
  /** `self`: our own page may show this one in a frame, through whatever frame of WeChat's lies between. */
  readonly framedBySelf?: boolean
}

/** What a page of ours may load: its own scripts, styles and sockets, WeChat's avatars. */
export function pagePolicy(ctx: Context, publicUrl: string, needs: PageNeeds = {}): void {
  const socket = publicUrl.replace(/^http/, 'ws')
  const ancestors = needs.framedBySelf ? "'self'" : "'none'"
  ctx.set(
    'Content-Security-Policy',
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      ['img-src', "'self'", 'data:', 'https://*.qlogo.cn', ...(needs.images ?? [])].join(' '),
      `connect-src 'self' ${socket}`,
      // Chromium asks this policy again when the frame goes on: WeChat's page returns to our callback inside it.
      `frame-src ${needs.frame ? `'self' ${needs.frame}` : "'none'"}`,
      "base-uri 'none'",
      "form-action 'self'",
      `frame-ancestors ${ancestors}`,
    ].join('; '),
  )
  if (needs.framedBySelf) ctx.set('X-Frame-Options', 'SAMEORIGIN')
}
