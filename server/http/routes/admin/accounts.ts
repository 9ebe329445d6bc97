// People, as an operator looks for them and sees them; what may be ordered about them; what was done to whom.
import { Readable } from 'node:stream'
import type { Middleware } from 'koa'
import { presentToOperator } from '#server/core/account/account.js'
import { appNameOf } from '#server/core/account/export.js'
import { OrderRefused } from '#server/core/account/operate.js'
import { AppError } from '#server/core/errors.js'
import { findAccounts, seeAccount } from '#server/core/operator/look.js'
import { carryOut, isGrave } from '#server/core/operator/orders.js'
import { demandFresh } from '#server/core/operator/role.js'
import type { AccountRecord } from '#server/core/ports.js'
import { presentSession } from '#server/core/session/session.js'
import { inTransaction } from '#server/core/transaction.js'
import { type AdminFound, type AdminHistory, AdminOrder, type AdminOrdered, type AdminSeen } from '#shared/admin.js'
import { readBody } from '../../body.js'
import type { Edge } from '../../edge.js'
import { theOperator } from './guard.js'

const LONGEST_SEARCH = 128
const NEWEST = 200
const EXPORTED_AT_ONCE = 500

export function adminAccountRoutes({ store, bus, clock, apps, avatarLinks }: Edge) {
  const shown = (account: AccountRecord) => presentToOperator(account, avatarLinks)

  const search: Middleware = async (ctx) => {
    const { q } = ctx.query
    const text = typeof q === 'string' ? q.trim() : ''
    if (text.length > LONGEST_SEARCH) throw new AppError('bad_request')
    const found = await findAccounts(store.read, apps, text)
    ctx.body = { found: found.map(({ by, account }) => ({ by, account: shown(account) })) } satisfies AdminFound
  }

  /** That somebody looked is recorded before anything is shown. */
  const see: Middleware = async (ctx) => {
    const { who } = theOperator(ctx)
    const seen = await seeAccount(store.read, apps, String(ctx.params.id), clock())
    if (!seen) throw new AppError('account_unknown')
    const { account, operates, tombstones, identities, sessions, merges, history } = seen
    await inTransaction(store, (tx) => tx.audit.append({ act: 'viewed', at: clock(), who, accountId: account.id }))
    ctx.body = {
      account: shown(account),
      operates,
      tombstones: [...tombstones],
      identities: identities.map(({ app, appid, openid, unionid, platform, createdAt, lastUsedAt }) => ({
        ...{ app, appid, openid, unionid, openPlatform: platform, linkedAt: createdAt, lastUsedAt },
      })),
      sessions: sessions.map((session) => ({ ...presentSession(session), kind: session.kind })),
      merges: merges.map(({ id, survivorId, loserId, mergedAt, cause, undoneAt, clearedAt }) => ({
        ...{ id, survivor: survivorId, loser: loserId, mergedAt, undoneAt, clearedAt },
        app: appNameOf(apps, cause.appid),
      })),
      history: [...history],
      serverTime: clock(),
    } satisfies AdminSeen
  }

  const order: Middleware = async (ctx) => {
    const wanted = readBody(ctx, AdminOrder)
    const operator = theOperator(ctx)
    if (isGrave(wanted)) demandFresh(operator, clock())
    const nothing = { endedSessions: 0, endedLogins: 0 }
    try {
      const { sessions, tickets } = await carryOut({ store, bus, clock }, wanted, operator.who)
      const ended = { endedSessions: sessions.length, endedLogins: tickets.length }
      ctx.body = { done: true, why: null, about: null, ...ended } satisfies AdminOrdered
    } catch (error) {
      if (!(error instanceof OrderRefused)) throw error
      ctx.body = { done: false, why: error.why, about: error.about, ...nothing } satisfies AdminOrdered
    }
  }

  const history: Middleware = async (ctx) => {
    ctx.body = { history: await store.read.audit.latest(NEWEST), serverTime: clock() } satisfies AdminHistory
  }

  /** All that is kept of the audit trail, a line an entry. */
  const exportHistory: Middleware = async (ctx) => {
    const { who } = theOperator(ctx)
    await inTransaction(store, (tx) => tx.audit.append({ act: 'exported', at: clock(), who }))
    ctx.attachment('audit.ndjson')
    ctx.type = 'application/x-ndjson; charset=utf-8'
    ctx.body = Readable.from(lines())
  }

  async function* lines(): AsyncGenerator<string> {
    let after: number | null = 0
    while (after !== null) {
      const page: Awaited<ReturnType<typeof store.read.audit.page>> = await store.read.audit.page(
        EXPORTED_AT_ONCE,
        after,
      )
      yield page.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
      after = page.last
    }
  }

  return { search, see, order, history, exportHistory }
}
