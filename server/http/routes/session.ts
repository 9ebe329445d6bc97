// Who am I (also for a proxy that asks before each request), and log out.
import type { Middleware } from 'koa'
import { presentAccount, resolveAccount } from '#server/core/account/account.js'
import { AppError } from '#server/core/errors.js'
import { presentSession } from '#server/core/session/session.js'
import type { SignedIn } from '#shared/api.js'
import type { Edge } from '../edge.js'
import { forgetSession, sessionOf } from '../session.js'

export function sessionRoutes(edge: Edge) {
  const { store, bus, clock } = edge

  const read: Middleware = async (ctx) => {
    const session = sessionOf(ctx)
    const account = await resolveAccount(store.read, session.accountId)
    if (account?.status !== 'active') throw new AppError('signed_out')
    ctx.set('X-Saoma-Account', account.id)
    ctx.body = { account: presentAccount(account), session: presentSession(session) } satisfies SignedIn
  }

  const end: Middleware = async (ctx) => {
    const { hash } = sessionOf(ctx)
    const ended = await store.write((tx) => tx.sessions.end(hash, clock()))
    if (ended) bus.publish({ topic: 'session', id: ended.id })
    forgetSession(ctx, edge)
    ctx.status = 204
  }

  return { read, end }
}
