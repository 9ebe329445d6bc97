// What the service counts of itself, for the operator's own monitoring and for nobody else.
import type { IncomingMessage } from 'node:http'
import type { Middleware } from 'koa'

export function metricsRoutes(metrics: { text(): Promise<string>; readonly contentType: string }) {
  const read: Middleware = async (ctx) => {
    ctx.type = metrics.contentType
    ctx.body = await metrics.text()
  }
  return { read }
}

/** Demands a service key of everybody but those whom `begunHere` names. */
export function metricsGuard(serviceOnly: Middleware, begunHere: (req: IncomingMessage) => boolean): Middleware {
  return (ctx, next) => (begunHere(ctx.req) ? next() : serviceOnly(ctx, next))
}
