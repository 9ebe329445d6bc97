// Who am I (also for a proxy that asks before each request), and log out.
import type { Middleware } from 'koa'
import { presentAccount, resolveAccount } from '#server/core/account/account.js'
import { AppError } from '#server/core/errors.js'
import { presentSession } from '#server/core/session/session.js'
import type { SignedIn } from '#shared/api.js'
import { dropCookie } from '../cookies.js'
import type { Edge } from '../edge.js'

export function sessionRoutes({ store, bus, clock, cookies, secure }: Edge) {
  const read: Middleware = async (ctx) => {
    const hash = ctx.session?.hash
    const session = hash === undefined ? null : await store.read.sessions.find(hash, clock())
    const account = session && (await resolveAccount(store.read, session.accountId))
    if (!session || account?.status !== 'active') throw new AppError('signed_out')
    ctx.set('X-Saoma-Account', account.id)
    ctx.body = { account: presentAccount(account), session: presentSession(session) } satisfies SignedIn
  }

  const end: Middleware = async (ctx) => {
    const hash = ctx.session?.hash
    const ended = hash === undefined ? null : await store.write((tx) => tx.sessions.end(hash, clock()))
    if (ended) bus.publish({ topic: 'session', id: ended.id })
    ctx.session = null
    // What was begun in this browser before the logout is nobody's afterwards.
    dropCookie(ctx, cookies.browser, { secure })
    ctx.status = 204
  }

  return { read, end }
}
