// An app that moved to another Open Platform account shows other unionids of the same people. An operator says so, and
// the old ones are forgotten; the next logins learn the new ones.

import { AN_OPERATOR } from '../audit.js'
import type { Store, Tx, WechatApp, Who } from '../ports.js'
import { inTransaction } from '../transaction.js'

const BATCH = 100

export interface Migrated {
  readonly identities: number
  readonly accounts: number
}

type Moved = Pick<WechatApp, 'key' | 'appid' | 'platform'>

/**
 * Puts every identity of the app that is in another namespace into its namespace of today, without a unionid. Unionids
 * that nothing proves any more are free. In batches, so that logins pass between them; repeating it changes nothing,
 * and whatever is learnt in the namespace of today stays.
 * @param order `learntBefore`: where the namespace kept its name: when the app moved. What identities in it learnt before this
 *   (epoch milliseconds) is forgotten too. `progress` hears of each batch.
 */
export async function migratePlatform(
  store: Store,
  app: Moved,
  order: {
    readonly at: number
    readonly who?: Who
    readonly learntBefore?: number
    readonly progress?: (identities: number) => void
  },
): Promise<Migrated> {
  const { at, who = AN_OPERATOR, learntBefore = 0 } = order
  const accounts = new Set<string>()
  let identities = 0
  for (;;) {
    const done = await inTransaction(store, async (tx) => {
      const some = await migrateSome(tx, app, learntBefore)
      if (some && some.length > 0) await tx.audit.append({ act: 'platform_migrated', at, who, appKey: app.key })
      return some
    })
    if (done === null) return { identities, accounts: accounts.size }
    identities += done.length
    order.progress?.(done.length)
    for (const holder of done) accounts.add(holder)
  }
}

/** The account of each identity that was migrated, or null when none is left. */
async function migrateSome(tx: Tx, { appid, platform }: Moved, learntBefore: number): Promise<string[] | null> {
  const due = () => tx.identities.toMigrate(appid, platform, learntBefore, BATCH)
  let batch = await due()
  if (batch.length === 0) return null
  const held = batch.map(({ accountId }) => accountId)
  // A login may have learnt, or a merge moved one meanwhile. Whose account is not held has its turn in the next batch.
  if (await tx.accounts.lock(held)) batch = (await due()).filter(({ accountId }) => held.includes(accountId))
  for (const { openid } of batch) await tx.identities.migrate(appid, openid, platform)
  const holders = batch.map(({ accountId }) => accountId)
  for (const holder of new Set(holders)) await tx.identities.releaseUnproven(holder)
  return holders
}
