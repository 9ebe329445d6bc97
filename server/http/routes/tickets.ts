// The waiting page's side: begin a ticket, read it, give it up, redeem it.
import type { Context, Middleware } from 'koa'
import { presentAccount } from '#server/core/account/account.js'
import { AppError } from '#server/core/errors.js'
import { mintSecret } from '#server/core/secrets.js'
import { SESSION_ABSOLUTE_MS } from '#server/core/session/session.js'
import { BeginTicket, Redeem, type Redeemed } from '#shared/api.js'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { readBody } from '../body.js'
import { cookiePairs, dropCookie, setCookie } from '../cookies.js'
import type { Edge } from '../edge.js'
import { qrSvg } from '../qr.js'
import { safeReturnTo } from '../return-to.js'
import { DEFAULT_RETURN_TO } from '../visitor.js'

/** The browser's secret outlives every ticket it may still redeem. */
const BROWSER_COOKIE_MS = 7 * 24 * 3_600_000
const RETURN_COOKIE_MS = 15 * 60_000
/** How many earlier tickets' return addresses a browser keeps: with more, its own header would lock it out. */
const RETURNS_KEPT = 2

export function ticketRoutes(edge: Edge) {
  const { login, visitors, cookies, secure } = edge
  const ticketId = (ctx: Context): string => String(ctx.params.id)
  const visitorOf = (ctx: Context) => ({
    ticketId: ticketId(ctx),
    secret: visitors.browserSecret(ctx.req),
    device: visitors.device(ctx.req),
    returnTo: visitors.returnTo(ctx.req, ticketId(ctx)),
  })

  const begin: Middleware = async (ctx) => {
    const wanted = readBody(ctx, BeginTicket)
    if (wanted.client === 'native') throw new AppError('method_unavailable', { details: { client: 'native' } })
    const returnTo = wanted.returnTo === undefined ? null : safeReturnTo(wanted.returnTo, edge.returnOrigins)
    if (wanted.returnTo !== undefined && returnTo === null) throw new AppError('return_to_refused')

    const secret = visitors.browserSecret(ctx.req) ?? mintSecret(edge.random)
    const begun = login.begin({
      method: wanted.method,
      appKey: wanted.app,
      secret,
      language: wanted.language ?? (ctx.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh'),
    })
    setCookie(ctx, cookies.browser, secret, { secure, maxAgeMs: BROWSER_COOKIE_MS })
    forgetOldReturns(ctx)
    if (returnTo !== null && returnTo !== DEFAULT_RETURN_TO) {
      const value = Buffer.from(returnTo).toString('base64url')
      setCookie(ctx, cookies.returnTo(begun.ticket.id), value, { secure, maxAgeMs: RETURN_COOKIE_MS })
    }
    const { ticket, qrContent, embedUrl, redirectUrl, matchNumber } = begun
    ctx.status = 201
    ctx.body = { ticket, qr: drawn(qrContent), embedUrl, redirectUrl, matchNumber } satisfies TicketBegun
  }

  /** Browsers send older cookies first. */
  const forgetOldReturns = (ctx: Context): void => {
    const names = cookiePairs(ctx.get('Cookie')).map(([name]) => name)
    const returns = names.filter((name) => name.startsWith(cookies.returnToPrefix))
    for (const name of returns.slice(0, -RETURNS_KEPT)) dropCookie(ctx, name, { secure })
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
    const { attempt } = readBody(ctx, Redeem)
    const { secret, device } = visitorOf(ctx)
    const previousSession = visitors.sessionHash(ctx.req)
    const redemption = await login.redeem({ ticketId: ticketId(ctx), secret, attempt, device, previousSession })
    setCookie(ctx, cookies.session, redemption.sessionId, { secure, maxAgeMs: SESSION_ABSOLUTE_MS })
    const { account, returnTo } = redemption
    ctx.body = { account: presentAccount(account), returnTo } satisfies Redeemed
  }

  return { begin, read, cancel, redeem }
}

function drawn(content: string | null) {
  return content === null ? null : { content, svg: qrSvg(content) }
}
