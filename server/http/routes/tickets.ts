// The waiting page's side: begin a ticket, read it, give it up, redeem it.
import type { Context, Middleware } from 'koa'
import { presentOwnAccount } from '#server/core/account/account.js'
import { AppError } from '#server/core/errors.js'
import { mintSecret } from '#server/core/secrets.js'
import { BeginTicket, Redeem, type Redeemed } from '#shared/api.js'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { readBody } from '../body.js'
import { BROWSER_COOKIE_MS, setCookie } from '../cookies.js'
import type { Edge } from '../edge.js'
import { keepReturnTo, mayForget } from '../kept-returns.js'
import { qrSvg } from '../qr.js'
import { safeReturnTo } from '../return-to.js'
import { DEFAULT_RETURN_TO } from '../visitor.js'

export function ticketRoutes(edge: Edge) {
  const { login, visitors, cookies, secure } = edge
  const ticketId = (ctx: Context): string => String(ctx.params.id)
  const visitorOf = (ctx: Context) => ({
    ticketId: ticketId(ctx),
    secret: visitors.browserSecret(ctx.req),
    device: visitors.device(ctx.req),
    returnTo: visitors.returnTo(ctx.req, ticketId(ctx)),
    mayForget: mayForget(ctx.req.headers.cookie, cookies, ticketId(ctx)),
  })

  const begin: Middleware = async (ctx) => {
    const wanted = readBody(ctx, BeginTicket)
    const native = wanted.client === 'native'
    if (native && ctx.get('Origin') !== '') throw new AppError('native_only')
    const returnTo = wanted.returnTo === undefined ? null : safeReturnTo(wanted.returnTo, edge.returnOrigins)
    if (wanted.returnTo !== undefined && returnTo === null) throw new AppError('return_to_refused')

    // What a cookie holds is for no body: a program is told its own secret, or one it has said itself.
    const known = native && !visitors.native(ctx.req) ? null : visitors.browserSecret(ctx.req)
    const secret = known ?? mintSecret(edge.random)
    const begun = login.begin({
      method: wanted.method,
      appKey: wanted.app,
      secret,
      native,
      language: wanted.language ?? (ctx.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh'),
    })
    if (!native) {
      setCookie(ctx, cookies.browser, secret, { secure, maxAgeMs: BROWSER_COOKIE_MS })
      keepReturnTo(ctx, edge, begun.ticket.id, returnTo === DEFAULT_RETURN_TO ? null : returnTo)
    }
    const { ticket, qrContent, embedUrl, redirectUrl, matchNumber } = begun
    ctx.status = 201
    const shown = { ticket, qr: drawn(qrContent), embedUrl, redirectUrl, matchNumber }
    ctx.body = { ...shown, ...(native ? { secret } : {}) } satisfies TicketBegun
  }

  const read: Middleware = async (ctx) => {
    const watched = await login.attach(visitorOf(ctx))
    if (!watched) throw new AppError('ticket_unknown')
    const { ticket, qrContent, matchNumber } = watched
    ctx.body = { ticket, qr: drawn(qrContent), matchNumber } satisfies TicketRead
  }

  const cancel: Middleware = async (ctx) => {
    if (!(await login.cancel(visitorOf(ctx)))) throw new AppError('ticket_unknown')
    ctx.status = 204
  }

  const redeem: Middleware = async (ctx) => {
    const { attempt, consent } = readBody(ctx, Redeem)
    const secret = visitors.browserSecret(ctx.req)
    const device = visitors.device(ctx.req)
    const native = visitors.native(ctx.req)
    const kind = native ? 'bearer' : 'browser'
    const previousSession = native ? null : visitors.sessionHash(ctx.req)
    const by = { ticketId: ticketId(ctx), secret, attempt, consent, device, kind, previousSession } as const
    const redemption = await login.redeem(by)
    const { account, returnTo, sessionId: token, expiresAt } = redemption
    const shown = { account: presentOwnAccount(account, edge.avatarLinks), returnTo }
    if (!native) setCookie(ctx, cookies.session, token, { secure, maxAgeMs: edge.sessions.limits.absoluteMs })
    ctx.body = { ...shown, ...(native ? { token, expiresAt } : {}) } satisfies Redeemed
  }

  return { begin, read, cancel, redeem }
}

function drawn(content: string | null) {
  return content === null ? null : { content, svg: qrSvg(content) }
}
