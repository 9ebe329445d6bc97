// For the operator's own back end: whose token is this, and who is behind an id.
import type { Middleware } from 'koa'
import { presentAccount, resolveAccount } from '#server/core/account/account.js'
import { appNameOf } from '#server/core/account/export.js'
import { AppError } from '#server/core/errors.js'
import { readSecret } from '#server/core/secrets.js'
import { presentSession, sessionHash } from '#server/core/session/session.js'
import { type AccountForService, Introspect, type Introspected } from '#shared/api.js'
import { readBody } from '../body.js'
import type { Edge } from '../edge.js'

export function serviceRoutes({ store, clock, apps }: Edge) {
  const introspect: Middleware = async (ctx) => {
    const token = readSecret(readBody(ctx, Introspect).token)
    const session = token === null ? null : await store.read.sessions.find(sessionHash(token), clock())
    const account = session && (await resolveAccount(store.read, session.accountId))
    ctx.body = (
      session && account?.status === 'active'
        ? { active: true, account: presentAccount(account), session: presentSession(session) }
        : { active: false }
    ) satisfies Introspected
  }

  /** Every id that was ever given is known: one that was merged away answers with its survivor. */
  const account: Middleware = async (ctx) => {
    const id = String(ctx.params.id)
    const found = await resolveAccount(store.read, id)
    if (!found || found.status === 'merged') throw new AppError('account_unknown')
    const identities = await store.read.identities.ofAccount(found.id)
    ctx.body = {
      account: { ...presentAccount(found), status: found.status },
      mergedFrom: found.id === id ? null : id,
      identities: identities.map(({ appid, openid, unionid, createdAt, lastUsedAt }) => ({
        app: appNameOf(apps, appid),
        appid,
        openid,
        unionid,
        linkedAt: createdAt,
        lastUsedAt,
      })),
    } satisfies AccountForService
  }

  return { introspect, account }
}
