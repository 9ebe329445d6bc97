// The phone's side of `relay`: the link in the code, the question, the answer.
import type { Context, Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'
import { mintSecret } from '#server/core/secrets.js'
import { type Confirmation, Decide, type Decided } from '#shared/api.js'
import { readBody } from '../body.js'
import { setCookie } from '../cookies.js'
import type { Edge } from '../edge.js'

/** Long enough for one login; the next scan gets a fresh secret if the old one is gone. */
const PHONE_COOKIE_MS = 24 * 3_600_000

export function phoneRoutes(edge: Edge) {
  const { login, visitors, cookies, secure, site, places } = edge

  const open: Middleware = async (ctx) => {
    const id = String(ctx.params.id)
    refuseOutsideWechat(ctx)
    const secret = visitors.phoneSecret(ctx.req) ?? mintSecret(edge.random)
    const entry = await login.openOnPhone(id, secret)
    setCookie(ctx, cookies.phone, secret, { secure, maxAgeMs: PHONE_COOKIE_MS })
    ctx.status = 303
    ctx.set('location', entry.kind === 'authorize' ? entry.url : `/confirm/${id}`)
    ctx.body = ''
  }

  /** Only what the page says depends on where it is open: nothing is trusted because of a User-Agent. */
  const refuseOutsideWechat = (ctx: Context): void => {
    const place = places.of(ctx)
    if (place === 'wecom') throw new AppError('wecom_unsupported')
    if (place === 'browser') throw new AppError('open_in_wechat')
  }

  const question: Middleware = async (ctx) => {
    const asked = await login.readQuestion(String(ctx.params.id), visitors.phoneSecret(ctx.req))
    const { name, logoUrl, agreementUrl, privacyUrl } = site.site
    ctx.body = { ...asked, site: { name, logoUrl, agreementUrl, privacyUrl } } satisfies Confirmation
  }

  const answer: Middleware = async (ctx) => {
    const { decision, matchNumber, consent } = readBody(ctx, Decide)
    const secret = visitors.phoneSecret(ctx.req)
    const status = await login.decideOnPhone(String(ctx.params.id), secret, { decision, matchNumber, consent })
    ctx.body = { status } satisfies Decided
  }

  return { open, question, answer }
}
