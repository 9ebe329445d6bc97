// The console's own people: who am I here, claiming the code, who else operates.
import type { Middleware } from 'koa'
import { presentOwnAccount, presentToOperator, resolveAccount } from '#server/core/account/account.js'
import { claimCode } from '#server/core/operator/code.js'
import { FRESH_MS } from '#server/core/operator/role.js'
import { type AdminMe, type AdminOperators, ClaimCode } from '#shared/admin.js'
import { readBody } from '../../body.js'
import type { Edge } from '../../edge.js'
import { pagePolicy } from '../../security-headers.js'
import { sessionOf } from '../../session.js'
import { theOperator } from './guard.js'

export function adminRoleRoutes({ store, sessions, visitors, clock, pages, publicUrl, avatarLinks }: Edge) {
  const page: Middleware = async (ctx) => {
    pagePolicy(ctx, publicUrl)
    pages.send(ctx, 'admin')
  }

  const me: Middleware = async (ctx) => {
    const session = sessionOf(ctx)
    ctx.body = {
      role: ctx.state.operator ? 'operator' : 'claimant',
      account: presentOwnAccount(await sessions.ownerOf(session), avatarLinks),
      freshUntil: session.createdAt + FRESH_MS,
      serverTime: clock(),
    } satisfies AdminMe
  }

  const claim: Middleware = async (ctx) => {
    const { code } = readBody(ctx, ClaimCode)
    await claimCode(store, sessionOf(ctx), code, clock(), visitors.device(ctx.req))
    ctx.status = 204
  }

  const operators: Middleware = async (ctx) => {
    const own = theOperator(ctx).account.id
    const listed: AdminOperators['operators'] = []
    for (const { accountId, grantedAt, grantedBy } of await store.read.operators.list()) {
      const account = await resolveAccount(store.read, accountId)
      if (!account) continue
      const shown = presentToOperator(account, avatarLinks)
      listed.push({ account: shown, grantedAt, grantedBy, you: account.id === own })
    }
    ctx.body = { operators: listed } satisfies AdminOperators
  }

  return { page, me, claim, operators }
}
