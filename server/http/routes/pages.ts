// The pages people open, and what the service says about itself.
import type { Context, Middleware } from 'koa'
import type { ErrorCode } from '#shared/errors.js'
import type { Edge } from '../edge.js'
import { pagePolicy } from '../security-headers.js'

export function pageRoutes(edge: Edge) {
  const { pages, publicUrl, site } = edge
  const images = [site.simulator, site.site.logoUrl]
    .filter((url) => url !== null)
    .map((url) => new URL(url, publicUrl).origin)

  const login: Middleware = async (ctx) => {
    pagePolicy(ctx, publicUrl, { frame: edge.wechatOrigin, images })
    pages.send(ctx, 'login')
  }
  const confirm: Middleware = async (ctx) => {
    pagePolicy(ctx, publicUrl, { images })
    pages.send(ctx, 'confirm')
  }
  const account: Middleware = async (ctx) => {
    pagePolicy(ctx, publicUrl, { images })
    pages.send(ctx, 'account')
  }
  const config: Middleware = async (ctx) => {
    ctx.body = site
  }
  const asset: Middleware = async (ctx, next) => {
    if (ctx.method === 'GET' && pages.asset(ctx)) return
    await next()
  }

  /** The page that says what went wrong and what to do, in place of whatever was asked for. */
  const notice = (ctx: Context, code: ErrorCode): void => {
    pagePolicy(ctx, publicUrl, { images, framedBySelf: ctx.path.startsWith('/wechat/callback/') })
    const here = `${publicUrl}${ctx.path}`
    const phone = site.simulator === null ? '' : `${site.simulator}/phone?scan=${encodeURIComponent(here)}`
    pages.send(ctx, 'notice', { __NOTICE_CODE__: code, __NOTICE_NEXT__: '/', __NOTICE_SIM__: phone })
  }

  return { login, confirm, account, config, asset, notice }
}

/** Liveness: the process answers. Readiness: it can also reach its database and is not draining. */
export function healthRoutes(ready: () => Promise<boolean>) {
  const live: Middleware = async (ctx) => {
    ctx.body = { status: 'ok' }
  }
  const readiness: Middleware = async (ctx) => {
    const ok = await ready()
    ctx.status = ok ? 200 : 503
    ctx.body = { status: ok ? 'ready' : 'not ready' }
  }
  return { live, readiness }
}
