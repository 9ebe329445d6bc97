// What an operator may order at the console, and how each order is carried out. Each says itself in the audit trail, in its
// own commit.
import type { AdminOrder } from '#shared/admin.js'
import { announceEnded, type Ended, NOTHING_ENDED } from '../account/ended.js'
import { deleteAccount } from '../account/erase.js'
import { disableAccount, enableAccount, endOneSession, endSessions, OrderRefused } from '../account/operate.js'
import { forgetUnionid } from '../identity/forget-unionid.js'
import { clearMerge, undoMerge } from '../identity/undo-merge.js'
import type { Bus, Clock, Openid, Store, Who } from '../ports.js'
import { inTransaction } from '../transaction.js'
import { grantRole, revokeRole } from './role.js'

interface OrderContext {
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
}

/** Those that harm somebody when they are given by mistake, or by whoever found the machine unlocked. */
const GRAVE: ReadonlySet<AdminOrder['order']> = new Set([
  'disable',
  'delete',
  'undoMerge',
  'clearMerge',
  'grant',
  'revoke',
])

/** Whether it takes a fresh login to give this order. */
export function isGrave({ order }: AdminOrder): boolean {
  return GRAVE.has(order)
}

/** Carries it out, and tells the pages whose sessions and logins ended with it. @throws OrderRefused */
export async function carryOut(context: OrderContext, order: AdminOrder, who: Who): Promise<Ended> {
  const ended = await run(context, order, who)
  announceEnded(context.bus, ended)
  return ended
}

async function run({ store, clock }: OrderContext, order: AdminOrder, who: Who): Promise<Ended> {
  const at = clock()
  switch (order.order) {
    case 'disable':
      return (await disableAccount(store, order.account, at, who)).ended
    case 'enable':
      return (await enableAccount(store, order.account, at, who)).ended
    case 'endSessions':
      return (await endSessions(store, order.account, at, who)).ended
    case 'endSession':
      return (await endOneSession(store, order, at, who)).ended
    case 'delete': {
      const ended = await inTransaction(store, (tx) => deleteAccount(tx, order.account, at, who))
      if (ended === null) throw new OrderRefused(`There is no living account ${order.account}.`, 'no_account')
      return ended
    }
    case 'grant':
      return (await grantRole(store, order.account, at, who, who.name)).ended
    case 'revoke':
      return (await revokeRole(store, order.account, at, who)).ended
    case 'undoMerge':
      return (await undoMerge(store, order.merge, at, who)).ended
    case 'clearMerge':
      await clearMerge(store, order.merge, at, who)
      return NOTHING_ENDED
    case 'forgetUnionid':
      await forgetUnionid(store, { appid: order.appid, openid: order.openid as Openid }, at, who)
      return NOTHING_ENDED
  }
}
