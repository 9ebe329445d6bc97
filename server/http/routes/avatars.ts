// `GET /avatars/:name`: pictures of people, so that no page of ours asks anybody else for them.
import type { Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'
import type { Edge } from '../edge.js'

/** Pictures change seldom, and a new one has another address. */
const KEPT_S = 24 * 3_600

export function avatarRoutes({ avatarLinks, pictures }: Pick<Edge, 'avatarLinks' | 'pictures'>) {
  const show: Middleware = async (ctx) => {
    const address = avatarLinks.read(String(ctx.params.name))
    const picture = address === null ? null : await pictures(address)
    if (picture === null) throw new AppError('not_found')
    ctx.set('Cache-Control', `private, max-age=${KEPT_S}`)
    // The operator's own pages and apps show it too: its address stands in every answer that names the person.
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    // Opened by itself it can do nothing either.
    ctx.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox")
    ctx.type = picture.type
    ctx.body = picture.body
  }
  return { show }
}
