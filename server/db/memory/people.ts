// Accounts and identities of a transaction, in memory, as far as logins need them: a merge and what an operator does are
// statements.
import type {
  AccountReads,
  AccountRecord,
  AccountWrites,
  IdentityReads,
  IdentityRecord,
  IdentityWrites,
  Unionid,
} from '#server/core/ports.js'
import { storable, toAccount } from '../accounts.js'
import { toIdentity } from '../identities.js'
import { type Job, over, peekRow } from './job.js'
import { pair } from './pair.js'
import type { UnionidRow } from './workspace.js'

/** @returns the port, as one job sees it */
export function createAccounts({ workspace: { accounts }, sql, cold }: Job): AccountReads & AccountWrites {
  const find = async (id: string): Promise<AccountRecord | null> => {
    sql.alive()
    const known = accounts.get(id)
    if (known !== undefined) return known
    const row = await peekRow(sql, 'SELECT * FROM accounts WHERE id = $id', { id })
    const record = row && toAccount(row)
    accounts.learn(id, record)
    return record
  }
  const hot: Pick<AccountReads & AccountWrites, 'find' | 'lock' | 'insert' | 'setProfile'> = {
    find,
    // Transactions take turns here.
    lock: async () => false,
    async insert(record) {
      sql.alive()
      if (accounts.get(record.id)) sql.refuse(new Error('An account id was made twice.'))
      accounts.add(record.id, stored(record))
    },
    async setProfile(id, profile) {
      const record = await find(id)
      const { nickname, avatarUrl, nicknameSource, nicknameAt, avatarSource, avatarAt } = profile
      const changed = { nickname, avatarUrl, nicknameSource, nicknameAt, avatarSource, avatarAt }
      if (record !== null) accounts.put(id, stored({ ...record, ...changed }))
    },
  }
  return over(hot, () => cold().accounts)
}

/** As it would come back from the database. */
function stored(record: AccountRecord): AccountRecord {
  return { ...record, nickname: storable(record.nickname), avatarUrl: storable(record.avatarUrl) }
}

/** @returns the port, as one job sees it */
export function createIdentities({ workspace, sql, cold }: Job): IdentityReads & IdentityWrites {
  const { accounts, identities, unionids, held } = workspace

  const find: IdentityReads['find'] = async (appid, openid) => {
    sql.alive()
    const key = pair(appid, openid)
    const known = identities.get(key)
    if (known !== undefined) return known
    const text = 'SELECT * FROM identities WHERE appid = $appid AND openid = $openid'
    const row = await peekRow(sql, text, { appid, openid })
    const record = row && toIdentity(row)
    identities.learn(key, record)
    return record
  }

  const tied = async (platform: string, unionid: Unionid): Promise<UnionidRow | null> => {
    sql.alive()
    const key = pair(platform, unionid)
    const known = unionids.get(key)
    if (known !== undefined) return known
    const text = 'SELECT account_id FROM unionids WHERE platform = $platform AND unionid = $unionid'
    const found = await peekRow(sql, text, { platform, unionid })
    const row = found && { platform, unionid, accountId: String(found.account_id) }
    unionids.learn(key, row)
    return row
  }

  const unionidOfAccount: IdentityReads['unionidOfAccount'] = async (platform, accountId) => {
    sql.alive()
    const key = pair(platform, accountId)
    const known = held.get(key)
    if (known !== undefined) return known as Unionid | null
    if (accounts.isNew(accountId)) return null
    const text = 'SELECT unionid FROM unionids WHERE platform = $platform AND account_id = $accountId'
    const row = await peekRow(sql, text, { platform, accountId })
    const unionid = row && String(row.unionid)
    held.learn(key, unionid)
    return unionid as Unionid | null
  }

  const hot: Pick<
    IdentityReads & IdentityWrites,
    'find' | 'unionidOfAccount' | 'accountOfUnionid' | 'insert' | 'touch' | 'claimUnionid'
  > = {
    find,
    unionidOfAccount,
    accountOfUnionid: async (platform, unionid) => (await tied(platform, unionid))?.accountId ?? null,
    async insert(record) {
      if ((await find(record.appid, record.openid)) !== null) return false
      identities.put(pair(record.appid, record.openid), record)
      return true
    },
    async touch(appid, openid, at, learnt) {
      const record = await find(appid, openid)
      if (record !== null) identities.put(pair(appid, openid), touched(record, at, learnt))
    },
    async claimUnionid(platform, unionid, accountId) {
      if ((await tied(platform, unionid)) !== null) return false
      if ((await unionidOfAccount(platform, accountId)) !== null) return false
      unionids.put(pair(platform, unionid), { platform, unionid, accountId })
      held.put(pair(platform, accountId), unionid, true)
      return true
    },
  }
  return over(hot, () => cold().identities)
}

function touched(record: IdentityRecord, at: number, learnt: Parameters<IdentityWrites['touch']>[3]): IdentityRecord {
  const news = learnt !== null && record.unionid === null
  return {
    ...record,
    ...(news ? { platform: learnt.platform, unionid: learnt.unionid } : {}),
    unionidAt: record.unionidAt ?? (learnt && at),
    lastUsedAt: Math.max(record.lastUsedAt, at),
  }
}
