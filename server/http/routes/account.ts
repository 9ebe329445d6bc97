// Mine: see by which doors I came, take everything along, be forgotten.
import type { Context, Middleware } from 'koa'
import { presentAccount } from '#server/core/account/account.js'
import { announceEnded } from '#server/core/account/ended.js'
import { deleteAccount } from '#server/core/account/erase.js'
import { appNameOf, exportAccount, noteExport } from '#server/core/account/export.js'
import { person } from '#server/core/audit.js'
import { inTransaction } from '#server/core/transaction.js'
import type { OwnAccount } from '#shared/api.js'
import type { Edge } from '../edge.js'
import { forgetSession, sessionOf } from '../session.js'

export function accountRoutes(edge: Edge) {
  const { store, bus, clock, apps } = edge
  const who = (ctx: Context) => person(edge.visitors.device(ctx.req))
  const own = (ctx: Context) => edge.sessions.ownerOf(sessionOf(ctx))

  const read: Middleware = async (ctx) => {
    const account = await own(ctx)
    const identities = await store.read.identities.ofAccount(account.id)
    ctx.body = {
      account: presentAccount(account),
      doors: identities.map(({ appid, createdAt, lastUsedAt }) => ({
        app: appNameOf(apps, appid),
        kind: apps.find((app) => app.appid === appid)?.kind ?? null,
        linkedAt: createdAt,
        lastUsedAt,
      })),
    } satisfies OwnAccount
  }

  const exportAll: Middleware = async (ctx) => {
    const account = await own(ctx)
    await noteExport(store, account.id, clock(), who(ctx))
    ctx.attachment(`${account.id}.json`)
    ctx.type = 'application/json; charset=utf-8'
    ctx.body = JSON.stringify(await exportAccount(store.read, account, apps, clock()), null, 2)
  }

  const erase: Middleware = async (ctx) => {
    const { id } = await own(ctx)
    const ended = await inTransaction(store, (tx) => deleteAccount(tx, id, clock(), who(ctx)))
    if (ended) announceEnded(bus, ended)
    forgetSession(ctx, edge)
    ctx.status = 204
  }

  return { read, exportAll, erase }
}
