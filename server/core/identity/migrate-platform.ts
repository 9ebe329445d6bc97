// An app that moved to another Open Platform account shows other unionids of the same people. An operator says so, and
// the old ones are forgotten; the next logins learn the new ones.
import type { Store, WechatApp } from '../ports.js'
import { inTransaction } from '../transaction.js'

const BATCH = 100

export interface Migrated {
  readonly identities: number
  readonly accounts: number
}

/**
 * Puts every identity of the app into its namespace of today, without a unionid. Unionids that nothing proves any more
 * are free. In batches, so that logins pass between them; may be repeated.
 */
export async function migratePlatform(store: Store, app: Pick<WechatApp, 'appid' | 'platform'>): Promise<Migrated> {
  const accounts = new Set<string>()
  let identities = 0
  for (;;) {
    const done = await inTransaction(store, async (tx) => {
      const batch = await tx.identities.toMigrate(app.appid, app.platform, BATCH)
      const holders = [...new Set(batch.map(({ accountId }) => accountId))]
      await tx.accounts.lock(holders)
      for (const { appid, openid } of batch) await tx.identities.migrate(appid, openid, app.platform)
      for (const holder of holders) await tx.identities.releaseUnproven(holder)
      return holders.length === 0 ? null : { holders, count: batch.length }
    })
    if (done === null) return { identities, accounts: accounts.size }
    identities += done.count
    for (const holder of done.holders) accounts.add(holder)
  }
}
