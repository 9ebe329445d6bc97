// Every OAuth callback of every app. A browser that holds the cookie of its state proceeds; one that does not is given
// an inert page, which exchanges nothing and posts what it got from our own origin, where the cookie is present.
import type { Context, Middleware } from 'koa'
import * as z from 'zod/mini'
import { AppError } from '#server/core/errors.js'
import type { CallbackResult } from '#server/core/login/callback.js'
import type { WechatApp } from '#server/core/ports.js'
import type { CallbackAnswer } from '#shared/api.js'
import { readBody } from '../body.js'
import type { Edge } from '../edge.js'
import { pagePolicy } from '../security-headers.js'
import type { officialRoutes } from './official.js'

const Posted = z.object({ code: z.optional(z.nullable(z.string())), state: z.optional(z.string()) })

/** WeChat's own limits, with room: longer ones are nobody's code or state. */
const STATE_MAX = 128
const CODE_MAX = 128

/** @param official answers the callbacks of logins that stay inside WeChat */
export function callbackRoutes(edge: Edge, official: Pick<ReturnType<typeof officialRoutes>, 'finish' | 'signIn'>) {
  const { login, visitors, pages } = edge

  const run = (ctx: Context, app: WechatApp, state: string, code: string | null): Promise<CallbackResult> =>
    login.callback({
      app,
      state,
      code,
      browserSecret: visitors.browserSecret(ctx.req),
      phoneSecret: visitors.phoneSecret(ctx.req),
      device: visitors.device(ctx.req),
      returnToOf: (ticketId) => visitors.returnTo(ctx.req, ticketId),
    })

  const arrive: Middleware = async (ctx) => {
    const app = appOf(edge, ctx)
    const state = checkState(ctx.query.state)
    const code = checkCode(ctx.query.code)
    const held = { browserSecret: visitors.browserSecret(ctx.req), phoneSecret: visitors.phoneSecret(ctx.req) }
    if (!login.holdsCookieFor({ state, ...held })) {
      pagePolicy(ctx, edge.publicUrl, { framedBySelf: true })
      pages.send(ctx, 'callback')
      return
    }
    const result = await run(ctx, app, state, code)
    if (isOfficial(result)) return official.finish(ctx, state, result)
    // A clean address: the code leaves the address bar, the history and every later Referer.
    ctx.status = 303
    ctx.set('location', nextOf(result))
    ctx.body = ''
  }

  const post: Middleware = async (ctx) => {
    const app = appOf(edge, ctx)
    const posted = readBody(ctx, Posted)
    const state = checkState(posted.state)
    const result = await run(ctx, app, state, checkCode(posted.code ?? undefined))
    const next = isOfficial(result) ? await official.signIn(ctx, state, result) : nextOf(result)
    ctx.body = { status: result.status, next } satisfies CallbackAnswer
  }

  return { arrive, post }
}

function appOf(edge: Edge, ctx: Context): WechatApp {
  const app = edge.apps.find(({ key }) => key === ctx.params.app)
  if (!app) throw new AppError('app_unknown')
  return app
}

function checkState(state: string | string[] | undefined): string {
  if (typeof state !== 'string' || state.length > STATE_MAX) throw new AppError('state_invalid')
  return state
}

/** Null when WeChat sent none: the person refused. A doubled or shapeless one is nobody's. */
function checkCode(code: string | string[] | undefined): string | null {
  if (code === undefined || code === '') return null
  if (typeof code !== 'string' || !/^[A-Za-z0-9_-]+$/.test(code) || code.length > CODE_MAX) {
    throw new AppError('bad_request', { details: { why: 'code is not one of WeChat’s' } })
  }
  return code
}

function isOfficial({ purpose }: CallbackResult): boolean {
  return purpose === 'official_base' || purpose === 'official_explicit'
}

/** Where the person's window goes on: the PC back to its waiting page, the phone to the question. */
function nextOf({ purpose, ticketId }: CallbackResult): string {
  return purpose === 'website' ? `/?ticket=${ticketId}` : `/confirm/${ticketId}`
}
