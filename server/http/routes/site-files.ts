// The operator's own files: the logo, and what WeChat's consoles want to find at the root of the domain. Both are read at
// start, so that no request leads to the disk.
import type { Middleware } from 'koa'
import type { Edge } from '../edge.js'

const LOGO_KEPT_S = 3_600

export function siteFileRoutes({ siteFiles }: Pick<Edge, 'siteFiles'>) {
  const { logo } = siteFiles
  const contents = new Map(siteFiles.verify.map(({ name, content }) => [`/${name}`, content]))

  const showLogo: Middleware = async (ctx) => {
    if (logo === null) return
    ctx.set('Cache-Control', `public, max-age=${LOGO_KEPT_S}`)
    // An SVG is a document that may hold scripts: opened by itself it must not run them as ours.
    ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox")
    ctx.type = logo.type
    ctx.body = logo.body
  }

  /** Exactly as configured: what differs by a letter, a slash or an escape is not there. */
  const verify: Middleware = (ctx, next) => {
    const content = ctx.method === 'GET' || ctx.method === 'HEAD' ? contents.get(ctx.path) : undefined
    if (content === undefined) return next()
    ctx.type = 'text/plain; charset=utf-8'
    ctx.body = content
    return undefined
  }

  return { showLogo, verify }
}
