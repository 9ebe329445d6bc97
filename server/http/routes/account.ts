// Mine: see by which doors I came, take everything along, be forgotten.
import type { Context, Middleware } from 'koa'
import { presentOwnAccount } from '#server/core/account/account.js'
import { appNameOf, exportAccount } from '#server/core/account/export.js'
import { loginsOf } from '#server/core/account/logins.js'
import type { OwnAccount, OwnLogins } from '#shared/api.js'
import type { Edge } from '../edge.js'
import { forgetSession, sessionOf } from '../session.js'

export function accountRoutes(edge: Edge) {
  const { store, sessions, clock, apps } = edge
  const from = (ctx: Context) => edge.visitors.device(ctx.req)
  const own = (ctx: Context) => sessions.ownerOf(sessionOf(ctx))

  const read: Middleware = async (ctx) => {
    const account = await own(ctx)
    const identities = await store.read.identities.ofAccount(account.id)
    ctx.body = {
      account: presentOwnAccount(account, edge.avatarLinks),
      doors: identities.map(({ appid, createdAt, lastUsedAt }) => ({
        app: appNameOf(apps, appid),
        kind: apps.find((app) => app.appid === appid)?.kind ?? null,
        linkedAt: createdAt,
        lastUsedAt,
      })),
    } satisfies OwnAccount
  }

  const logins: Middleware = async (ctx) => {
    const account = await own(ctx)
    const now = clock()
    const shown = await loginsOf(store.read, account, sessionOf(ctx), now, edge.placeOf)
    ctx.body = { logins: shown, keptDays: edge.auditDays, serverTime: now } satisfies OwnLogins
  }

  const exportAll: Middleware = async (ctx) => {
    const account = await own(ctx)
    await sessions.noteExport(sessionOf(ctx), from(ctx))
    ctx.attachment(`${account.id}.json`)
    ctx.type = 'application/json; charset=utf-8'
    ctx.body = JSON.stringify(await exportAccount(store.read, account, apps, clock()), null, 2)
  }

  const erase: Middleware = async (ctx) => {
    await sessions.deleteAccount(sessionOf(ctx), from(ctx))
    forgetSession(ctx, edge)
    ctx.status = 204
  }

  return { read, logins, exportAll, erase }
}
