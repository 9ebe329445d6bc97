// All that is kept about a person, for themselves to take along.
import type { SessionView } from '#shared/api.js'
import type { AccountRecord, Reads, WechatApp } from '../ports.js'
import { presentSession } from '../session/session.js'

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
}

/** @param apps those configured, for their names */
export async function exportAccount(
  read: Reads,
  account: AccountRecord,
  apps: readonly WechatApp[],
  now: number,
): Promise<AccountExport> {
  const { mergedInto: _, ...own } = account
  const merges = await read.identities.merges(account.id)
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
  }
}

/** The operator's key of an app; its appid once it is no longer configured. */
export function appNameOf(apps: readonly WechatApp[], appid: string): string {
  return apps.find((app) => app.appid === appid)?.key ?? appid
}
