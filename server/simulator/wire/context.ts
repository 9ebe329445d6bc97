// The Koa context of every simulator request: the parameters are read before any route runs.
import type Koa from 'koa'

export interface SimState {
  /** The query's parameters, and after them those of a form body: the first of a name counts. */
  params: URLSearchParams
  /** The body as it came; empty when there was none. */
  body: string
}

export type SimContext = Koa.ParameterizedContext<SimState>
export type SimMiddleware = Koa.Middleware<SimState>

const BODY_LIMIT = 64 * 1024

/** Reads the body (at most 64 KiB, else 413) and fills `ctx.state`. */
export function readParams(): SimMiddleware {
  return async (ctx, next) => {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > BODY_LIMIT) ctx.throw(413, 'the body is larger than 64 KiB')
      chunks.push(chunk)
    }
    ctx.state.body = Buffer.concat(chunks).toString('utf8')
    ctx.state.params = new URLSearchParams(ctx.querystring)
    if (ctx.is('application/x-www-form-urlencoded')) {
      for (const [name, value] of new URLSearchParams(ctx.state.body)) ctx.state.params.append(name, value)
    }
    return next()
  }
}
