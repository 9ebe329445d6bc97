// An app that moved to another Open Platform account shows other unionids of the same people. An operator says so, and
// the old ones are forgotten; the next logins learn the new ones.
import type { Store, Tx, WechatApp } from '../ports.js'
import { inTransaction } from '../transaction.js'

const BATCH = 100

export interface Migrated {
  readonly identities: number
  readonly accounts: number
}

type Moved = Pick<WechatApp, 'appid' | 'platform'>

/**
 * Puts every identity of the app that is in another namespace into its namespace of today, without a unionid. Unionids
 * that nothing proves any more are free. In batches, so that logins pass between them; repeating it changes nothing,
 * and whatever is learnt in the namespace of today stays.
 * @param learntBefore where the namespace kept its name: when the app moved. What identities in it learnt before this
 *   (epoch milliseconds) is forgotten too.
 */
export async function migratePlatform(store: Store, app: Moved, learntBefore = 0): Promise<Migrated> {
  const accounts = new Set<string>()
  let identities = 0
  for (;;) {
    const done = await inTransaction(store, (tx) => migrateSome(tx, app, learntBefore))
    if (done === null) return { identities, accounts: accounts.size }
    identities += done.length
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
