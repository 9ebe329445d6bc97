// The control API obeys whoever reaches it, so a web page must not reach it under a name of its own (DNS rebinding).
import { isIP } from 'node:net'
import type { Middleware } from 'koa'
import type { World } from '../world.js'

/** Answers to addresses, to `localhost` and to the advertised host; 403 under any other name. */
export function knownHosts({ options }: Pick<World, 'options'>): Middleware {
  return async (ctx, next) => {
    const host = hostname(ctx.get('Host'))
    const known = host === 'localhost' || isIP(host) !== 0 || host === hostname(new URL(options.baseUrl()).host)
    if (!known) ctx.throw(403, 'The simulator does not answer under this name.')
    await next()
  }
}

function hostname(host: string): string {
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
}
