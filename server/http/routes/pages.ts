// The pages people open, and what the service says about itself.
import type { Context, Middleware } from 'koa'
import type { Edge } from '../edge.js'
import { pagePolicy } from '../security-headers.js'

export function pageRoutes(edge: Edge) {
  const { pages, publicUrl, site, visitors } = edge

  const login: Middleware = async (ctx) => {
    pagePolicy(ctx, publicUrl, { frame: edge.wechatOrigin, installable: true })
    // `?shell` is the page as the worker keeps it: nothing of it may become untrue.
    const told = ctx.query.shell === undefined ? JSON.stringify(toldTo(ctx)) : ''
    pages.send(ctx, 'login', { __TOLD__: told })
  }
  /** What the page would have to ask before anything else: web/login/told.ts. */
  const toldTo = (ctx: Context) => ({ config: site, signedIn: visitors.sessionHash(ctx.req) !== null })

  const confirm: Middleware = async (ctx) => {
    pagePolicy(ctx, publicUrl)
    pages.send(ctx, 'confirm')
  }
  const account: Middleware = async (ctx) => {
    pagePolicy(ctx, publicUrl, { installable: true })
    pages.send(ctx, 'account')
  }
  const config: Middleware = async (ctx) => {
    ctx.body = site
  }
  const asset: Middleware = (ctx, next) => (ctx.method === 'GET' && pages.asset(ctx) ? undefined : next())

  return { login, confirm, account, config, asset }
}

/**
 * Liveness: the process answers, so its event loop turns. Readiness: it can also read and write its database, lacks no
 * migration, and is not draining; else every reason why not. What it can do without is a warning, and no reason.
 */
export function healthRoutes(ready: () => Promise<readonly string[]>, warnings: () => readonly string[]) {
  const live: Middleware = async (ctx) => {
    ctx.body = { status: 'ok' }
  }
  const readiness: Middleware = async (ctx) => {
    const reasons = await ready()
    ctx.status = reasons.length === 0 ? 200 : 503
    const amiss = warnings()
    ctx.body = {
      ...(reasons.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons }),
      ...(amiss.length === 0 ? {} : { warnings: amiss }),
    }
  }
  return { live, readiness }
}
