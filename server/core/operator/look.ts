// What an operator looks for and sees of people.
import { resolveAccount } from '../account/account.js'
import { appNameOf, historyOf } from '../account/export.js'
import type {
  AccountRecord,
  AuditEntry,
  IdentityRecord,
  MergeRecord,
  Openid,
  Reads,
  SessionRecord,
  Unionid,
  WechatApp,
} from '../ports.js'

const MOST_FOUND = 20
const HISTORY = 100
const ID_SHAPE = /^[A-Za-z0-9_-]{4,128}$/

/** How an account was found. */
type FoundBy = 'account' | 'openid' | 'unionid' | 'name'
export interface Found {
  readonly by: FoundBy
  readonly account: AccountRecord
}

/**
 * Accounts by an account's id, by an openid or unionid of a configured app (all exact), or by the beginning of a name. Ids
 * come first; one account is found once; 20 at most.
 */
export async function findAccounts(read: Reads, apps: readonly WechatApp[], text: string): Promise<Found[]> {
  const found = new Map<string, Found>()
  const add = async (by: FoundBy, id: string | null | undefined) => {
    const account = id ? await resolveAccount(read, id) : null
    if (account && !found.has(account.id)) found.set(account.id, { by, account })
  }
  if (ID_SHAPE.test(text)) {
    await add('account', text)
    for (const { appid } of apps) await add('openid', (await read.identities.find(appid, text as Openid))?.accountId)
    for (const platform of new Set(apps.map((app) => app.platform))) {
      await add('unionid', await read.identities.accountOfUnionid(platform, text as Unionid))
    }
  }
  const prefix = [...text].slice(0, 32).join('')
  const named = prefix === '' ? [] : await read.accounts.named(prefix, MOST_FOUND)
  for (const account of named) if (!found.has(account.id)) found.set(account.id, { by: 'name', account })
  return [...found.values()].slice(0, MOST_FOUND)
}

export interface Seen {
  readonly account: AccountRecord
  readonly operates: boolean
  readonly tombstones: readonly string[]
  readonly identities: readonly (IdentityRecord & { readonly app: string })[]
  readonly sessions: readonly SessionRecord[]
  readonly merges: readonly MergeRecord[]
  /** The newest 100 acts. */
  readonly history: readonly AuditEntry[]
}

/** All that the console shows of the account that an id means today; null when there is none. */
export async function seeAccount(
  read: Reads,
  apps: readonly WechatApp[],
  id: string,
  now: number,
): Promise<Seen | null> {
  const account = await resolveAccount(read, id)
  if (!account) return null
  const identities = await read.identities.ofAccount(account.id)
  return {
    account,
    operates: account.status !== 'deleted' && (await read.operators.has(account.id)),
    tombstones: await read.accounts.tombstonesOf(account.id),
    identities: identities.map((identity) => ({ ...identity, app: appNameOf(apps, identity.appid) })),
    sessions: await read.sessions.ofAccount(account.id, now),
    merges: await read.identities.merges(account.id),
    history: await historyOf(read, account.id, HISTORY),
  }
}
