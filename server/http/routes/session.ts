// Who am I (also for a proxy that asks before each request), log out, and my devices.
import type { Context, Middleware } from 'koa'
import { presentOwnAccount } from '#server/core/account/account.js'
import { AppError } from '#server/core/errors.js'
import { presentOwn, presentSession } from '#server/core/session/session.js'
import type { OwnSessions, SignedIn } from '#shared/api.js'
import type { Edge } from '../edge.js'
import { safeReturnTo } from '../return-to.js'
import { forgetSession, sessionOf } from '../session.js'

export function sessionRoutes(edge: Edge) {
  const { sessions, clock } = edge
  const from = (ctx: Context) => edge.visitors.device(ctx.req)

  const read: Middleware = async (ctx) => {
    const session = sessionOf(ctx)
    const account = await sessions.ownerOf(session)
    ctx.set('x-saoma-account', account.id)
    const { returnTo } = ctx.query
    const leadsTo = typeof returnTo === 'string' ? safeReturnTo(returnTo, edge.returnOrigins) : undefined
    if (leadsTo === null) throw new AppError('return_to_refused')
    const signedIn = { account: presentOwnAccount(account, edge.avatarLinks), session: presentSession(session) }
    ctx.body = { ...signedIn, ...(leadsTo === undefined ? {} : { returnTo: leadsTo }) } satisfies SignedIn
  }

  const end: Middleware = async (ctx) => {
    await sessions.logOut(sessionOf(ctx), from(ctx))
    forgetSession(ctx, edge)
    ctx.status = 204
  }

  const list: Middleware = async (ctx) => {
    const current = sessionOf(ctx)
    const own = await sessions.own(current)
    const shown = own.map((session) => presentOwn(session, current.id))
    ctx.body = { sessions: shown, serverTime: clock() } satisfies OwnSessions
  }

  const endOne: Middleware = async (ctx) => {
    const current = sessionOf(ctx)
    const id = String(ctx.params.id)
    await sessions.endOne(current, id, from(ctx))
    if (id === current.id) forgetSession(ctx, edge)
    ctx.status = 204
  }

  const endOthers: Middleware = async (ctx) => {
    await sessions.endOthers(sessionOf(ctx), from(ctx))
    ctx.status = 204
  }

  return { read, end, list, endOne, endOthers }
}
