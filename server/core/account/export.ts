// All that is kept about a person, for themselves to take along.
import type { SessionView } from '#shared/api.js'
import type { AccountRecord, AuditEntry, ConsentRecord, Reads, WechatApp } from '../ports.js'
import { presentSession } from '../session/session.js'
import { familyOf } from './account.js'
import { mayBeAnothers } from './parted.js'

export interface AccountExport {
  readonly exportedAt: number
  readonly account: Omit<AccountRecord, 'mergedInto'>
  readonly identities: readonly {
    readonly app: string
    readonly appid: string
    readonly openid: string
    readonly unionid: string | null
    readonly openPlatform: string
    readonly linkedAt: number
    readonly lastUsedAt: number
  }[]
  readonly sessions: readonly SessionView[]
  /** Accounts that were found to be the same person's and joined with this one. */
  readonly merges: readonly { readonly account: string; readonly mergedAt: number; readonly undoneAt: number | null }[]
  /** To which versions of the site's agreement the person agreed, newest first. */
  readonly consents: readonly ConsentRecord[]
  /**
   * What was done, by the person and by others: the newest 1,000 acts that are still kept. Operators are not named, and no
   * machine that may have been somebody else's.
   */
  readonly history: readonly Omit<AuditEntry, 'actorName'>[]
}

const MOST_EXPORTED = 1_000

/** @param apps those configured, for their names */
export async function exportAccount(
  read: Reads,
  account: AccountRecord,
  apps: readonly WechatApp[],
  now: number,
): Promise<AccountExport> {
  const { mergedInto: _, ...own } = account
  const merges = await read.identities.merges(account.id)
  const entries = await historyOf(read, account.id, MOST_EXPORTED)
  const anothers = await mayBeAnothers(read, await familyOf(read, account.id))
  return {
    exportedAt: now,
    account: own,
    identities: (await read.identities.ofAccount(account.id)).map((identity) => ({
      app: appNameOf(apps, identity.appid),
      appid: identity.appid,
      openid: identity.openid,
      unionid: identity.unionid,
      openPlatform: identity.platform,
      linkedAt: identity.createdAt,
      lastUsedAt: identity.lastUsedAt,
    })),
    sessions: (await read.sessions.ofAccount(account.id, now)).map(presentSession),
    merges: merges.map(({ survivorId, loserId, mergedAt, undoneAt }) => ({
      account: survivorId === account.id ? loserId : survivorId,
      mergedAt,
      undoneAt,
    })),
    consents: await read.consents.ofAccount(account.id),
    history: entries.map((entry) => historyEntry(entry, anothers(entry))),
  }
}

/** Where an operator sat is theirs, and where somebody else sat is not this person's. */
function historyEntry({ actorName: _, ...entry }: AuditEntry, anothers: boolean): Omit<AuditEntry, 'actorName'> {
  return anothers || entry.actor === 'operator' ? { ...entry, address: null, browser: null, os: null } : entry
}

/** What concerns an account and those merged into it, newest first. */
export async function historyOf(read: Reads, accountId: string, limit: number): Promise<AuditEntry[]> {
  return read.audit.ofAccounts(await familyOf(read, accountId), limit)
}

/** The operator's key of an app; its appid once it is no longer configured. */
export function appNameOf(apps: readonly WechatApp[], appid: string): string {
  return apps.find((app) => app.appid === appid)?.key ?? appid
}
