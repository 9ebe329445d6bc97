// Inside WeChat: the start of a login whose page is open there already, and what its callback answers.
import type { Context, Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'
import type { CallbackResult } from '#server/core/login/callback.js'
import { mintSecret } from '#server/core/secrets.js'
import { ERRORS, type ErrorCode } from '#shared/errors.js'
import type { Method } from '#shared/ticket.js'
import { BROWSER_COOKIE_MS, setCookie } from '../cookies.js'
import type { PlaceOfVisit } from '../device.js'
import type { Edge } from '../edge.js'
import { keepReturnTo } from '../kept-returns.js'
import { safeReturnTo } from '../return-to.js'
import { DEFAULT_RETURN_TO } from '../visitor.js'

export function officialRoutes(edge: Edge) {
  const { login, visitors, cookies, secure, places } = edge

  /** `GET /wechat/login/:app?scope=&returnTo=&forcePopup=`: off to WeChat, silently unless asked otherwise. */
  const start: Middleware = async (ctx) => {
    const { scope = 'snsapi_base', returnTo: asked, forcePopup } = ctx.query
    if (scope !== 'snsapi_base' && scope !== 'snsapi_userinfo') {
      throw new AppError('bad_request', { details: { why: 'scope is snsapi_base or snsapi_userinfo' } })
    }
    const returnTo = allowed(asked, edge)
    const place = places.of(ctx)
    if (place === 'wecom') throw new AppError('wecom_unsupported')
    if (place === 'browser')
      return leadTo(ctx, `/login${returnTo === null ? '' : `?returnTo=${encodeURIComponent(returnTo)}`}`)

    const secret = visitors.browserSecret(ctx.req) ?? mintSecret(edge.random)
    const appKey = String(ctx.params.app)
    const begun = login.beginOfficial({ appKey, scope, forcePopup: forcePopup === 'true', secret })
    setCookie(ctx, cookies.browser, secret, { secure, maxAgeMs: BROWSER_COOKIE_MS })
    keepReturnTo(ctx, edge, begun.ticketId, returnTo)
    places.remember(ctx)
    leadTo(ctx, begun.url)
  }

  /** The callback of such a login: in, or a page that says how it goes on. */
  const finish = async (ctx: Context, state: string, result: CallbackResult): Promise<void> => {
    if (result.status === 'confirmed' || result.status === 'redeemed')
      return leadTo(ctx, await signIn(ctx, state, result))
    const reason = result.reason ?? 'interrupted'
    const returnTo = visitors.returnTo(ctx.req, result.ticketId)
    const next = new URLSearchParams({ scope: 'snsapi_userinfo', returnTo })
    edge.notice.reason(ctx, reason, `/wechat/login/${String(ctx.params.app)}?${next}`)
  }

  /** @returns where the person goes on. @throws AppError with the code that says why not */
  const signIn = async (ctx: Context, state: string, result: CallbackResult): Promise<string> => {
    if (result.status !== 'confirmed' && result.status !== 'redeemed') throw refusal(result)
    const secret = visitors.browserSecret(ctx.req)
    const device = visitors.device(ctx.req)
    const previousSession = visitors.sessionHash(ctx.req)
    try {
      const entered = await login.enter({ result, state, secret, device, previousSession })
      setCookie(ctx, cookies.session, entered.sessionId, { secure, maxAgeMs: edge.sessions.limits.absoluteMs })
      return entered.returnTo
    } catch (error) {
      // The login page asks, and goes on with the same ticket.
      if (error instanceof AppError && error.code === 'consent_required') return `/login?ticket=${result.ticketId}`
      // Back button, reload: the login was made long ago, and this browser still has it.
      if (error instanceof AppError && (await hasSession(ctx))) return visitors.returnTo(ctx.req, result.ticketId)
      throw error
    }
  }

  const hasSession = async (ctx: Context): Promise<boolean> => {
    const claimed = visitors.session(ctx.req)
    return claimed !== null && (await edge.sessions.find(claimed)) !== null
  }

  return { start, finish, signIn, hasSession }
}

const ON_A_PHONE: readonly PlaceOfVisit[] = ['wechat', 'miniprogram']
/** Their codes are pictures of ours, which WeChat reads from its own screen, too. */
const OWN_CODE: readonly Method[] = ['relay', 'scene']

/** WeChat's browser is the only one that can do this login: everybody else gets the page with the code. */
export function loginByPlace(edge: Edge, hasSession: (ctx: Context) => Promise<boolean>): Middleware {
  const { places, site, apps } = edge
  const first = apps.find(({ kind }) => kind === 'official')

  return async (ctx, next) => {
    const place = places.of(ctx)
    if (place === 'wecom') throw new AppError('wecom_unsupported')
    if (place === 'browser' || ctx.query.ticket !== undefined) return next()
    if (first === undefined || !site.methods.includes('official')) {
      const scans = !ON_A_PHONE.includes(place) || site.methods.some((method) => OWN_CODE.includes(method))
      if (scans || (await hasSession(ctx))) return next()
      throw new AppError('open_on_computer')
    }
    // A silent login would lead there, too: nobody is asked who they are by the phone that knows.
    if (await hasSession(ctx)) return leadTo(ctx, allowed(ctx.query.returnTo, edge) ?? DEFAULT_RETURN_TO)
    const asked = typeof ctx.query.app === 'string' ? apps.find(({ key }) => key === ctx.query.app) : undefined
    const app = asked?.kind === 'official' ? asked : first
    const query = new URLSearchParams()
    if (typeof ctx.query.returnTo === 'string') query.set('returnTo', ctx.query.returnTo)
    if (typeof ctx.query.wechat === 'string') query.set('wechat', ctx.query.wechat)
    leadTo(ctx, `/wechat/login/${app.key}${query.size === 0 ? '' : `?${query}`}`)
  }
}

/** @throws AppError `return_to_refused` */
function allowed(asked: unknown, { returnOrigins }: Edge): string | null {
  const returnTo = asked === undefined ? null : safeReturnTo(String(asked), returnOrigins)
  if (asked !== undefined && returnTo === null) throw new AppError('return_to_refused')
  return returnTo
}

function refusal({ reason }: CallbackResult): AppError {
  const code = Object.keys(ERRORS).find((known): known is ErrorCode => known === reason)
  return new AppError(code ?? 'login_failed', { details: { reason } })
}

function leadTo(ctx: Context, address: string): void {
  ctx.status = 303
  ctx.set('location', address)
  ctx.body = ''
}
