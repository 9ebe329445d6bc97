// The stores of accounts and identities in memory, for rules that are tried thousands of times: one transaction at a time.
import type { AccountRecord, IdentityRecord, Openid, Tx, Unionid } from '#server/core/ports.js'

export interface Memory {
  readonly accounts: ReadonlyMap<string, AccountRecord>
  readonly identities: ReadonlyMap<string, IdentityRecord>
  readonly tx: Tx
}

/** As much of a transaction as signing in uses; whatever else is asked throws. */
export function createMemory(): Memory {
  const accounts = new Map<string, AccountRecord>()
  const identities = new Map<string, IdentityRecord>()
  const unionids = new Map<string, string>()
  const key = (...parts: string[]) => JSON.stringify(parts)

  const accountPart: Partial<Tx['accounts']> = {
    find: async (id) => accounts.get(id) ?? null,
    lock: async () => false,
    insert: async (record) => void accounts.set(record.id, record),
    async bury(loserId, survivorId) {
      for (const [id, record] of accounts) {
        if (id === loserId || record.mergedInto === loserId) {
          accounts.set(id, { ...record, status: 'merged', mergedInto: survivorId })
        }
      }
    },
  }
  const identityPart: Partial<Tx['identities']> = {
    find: async (appid, openid) => identities.get(key(appid, openid)) ?? null,
    accountOfUnionid: async (platform, unionid) => unionids.get(key(platform, unionid)) ?? null,
    async unionidOfAccount(platform, accountId) {
      for (const [name, holder] of unionids) {
        const [where, unionid] = JSON.parse(name) as [string, string]
        if (where === platform && holder === accountId) return unionid as Unionid
      }
      return null
    },
    ofAccount: async (accountId) => [...identities.values()].filter((identity) => identity.accountId === accountId),
    keptApart: async () => false,
    unionidsOf: async () => [],
    async insert(record) {
      if (identities.has(key(record.appid, record.openid))) return false
      identities.set(key(record.appid, record.openid), record)
      return true
    },
    async touch(appid, openid, at, learnt) {
      const record = identities.get(key(appid, openid))
      if (!record) return
      const known = record.unionid === null && learnt ? { ...learnt, unionidAt: at } : null
      identities.set(key(appid, openid), { ...record, ...known, lastUsedAt: at })
    },
    async claimUnionid(platform, unionid, accountId) {
      if (unionids.has(key(platform, unionid))) return false
      unionids.set(key(platform, unionid), accountId)
      return true
    },
    async moveAll(fromId, toId) {
      const moved: { appid: string; openid: Openid }[] = []
      for (const [name, record] of identities) {
        if (record.accountId !== fromId) continue
        identities.set(name, { ...record, accountId: toId })
        moved.push({ appid: record.appid, openid: record.openid })
      }
      for (const [name, holder] of unionids) if (holder === fromId) unionids.set(name, toId)
      return { identities: moved, unionids: [], sessions: [] }
    },
    logMerge: async () => undefined,
    mergeAtOnce: null,
  }
  const strict = (part: object): object =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (value === undefined && typeof name === 'string') throw new Error(`no ${name} in memory`)
        return value
      },
    })
  const sessionPart: Partial<Tx['sessions']> = { ofAccount: async () => [] }
  const auditPart: Partial<Tx['audit']> = { append: async () => undefined }
  const parts = { accounts: accountPart, identities: identityPart, sessions: sessionPart, audit: auditPart }
  const tx = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, strict(part)])) as unknown as Tx
  return { accounts, identities, tx }
}
