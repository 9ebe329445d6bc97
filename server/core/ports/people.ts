// Accounts, the identities that prove them, and their sessions, as they are stored.
import type { SessionMethod } from '#shared/api.js'
import type { Openid, Profile, Unionid } from './wechat.js'
import type { Device } from './world.js'

export type AccountStatus = 'active' | 'disabled' | 'merged' | 'deleted'

export interface AccountRecord {
  readonly id: string
  readonly status: AccountStatus
  readonly createdAt: number
  /** The survivor's id when `status` is `merged`. Always names a live account, never another tombstone. */
  readonly mergedInto: string | null
  readonly nickname: string
  readonly avatarUrl: string
  /** Where the profile came from (an app key) and when; null while there is none. */
  readonly profileSource: string | null
  readonly profileAt: number | null
}

export interface IdentityRecord {
  readonly appid: string
  readonly openid: Openid
  readonly platform: string
  readonly unionid: Unionid | null
  readonly accountId: string
  readonly createdAt: number
  readonly lastUsedAt: number
}

/** One merge, with everything needed to take it back. */
export interface MergeRecord {
  readonly id: string
  readonly survivorId: string
  readonly loserId: string
  readonly mergedAt: number
  /** The identity and unionid whose meeting showed that two accounts are one person. */
  readonly cause: { readonly appid: string; readonly openid: Openid; readonly unionid: Unionid }
  /** What moved from loser to survivor. */
  readonly identities: readonly { readonly appid: string; readonly openid: Openid }[]
  readonly unionids: readonly { readonly platform: string; readonly unionid: Unionid }[]
  readonly sessions: readonly string[]
  readonly undoneAt: number | null
}

export interface IdentityReads {
  find(appid: string, openid: Openid): Promise<IdentityRecord | null>
  /** The account that this unionid means in this namespace, or null. */
  accountOfUnionid(platform: string, unionid: Unionid): Promise<string | null>
  /** The unionid that this account holds in this namespace, or null. At most one can exist. */
  unionidOfAccount(platform: string, accountId: string): Promise<Unionid | null>
  /** All identities of an account, oldest first. */
  ofAccount(accountId: string): Promise<IdentityRecord[]>
  /** True when a merge of these two (in either order) was undone and not cleared since. */
  keptApart(accountId: string, otherId: string): Promise<boolean>
}

export interface IdentityWrites {
  /** Inserts unless (appid, openid) is taken. True for exactly one caller. */
  insert(record: IdentityRecord): Promise<boolean>
  /** Notes a use and, where the stored unionid is null, sets it. Never replaces a unionid. */
  touch(appid: string, openid: Openid, at: number, unionid: Unionid | null): Promise<void>
  /** Ties a unionid to an account unless it is tied already, or the account holds another there. True if tied now. */
  claimUnionid(platform: string, unionid: Unionid, accountId: string): Promise<boolean>
  /** Moves identities, unionids and living sessions from one account to another; says what moved. */
  moveAll(fromId: string, toId: string): Promise<Pick<MergeRecord, 'identities' | 'unionids' | 'sessions'>>
  logMerge(record: MergeRecord): Promise<void>
}

export interface AccountReads {
  /** The record itself, tombstones included. */
  find(id: string): Promise<AccountRecord | null>
}

export interface AccountWrites {
  /**
   * Holds these accounts until the transaction ends, in one order for everybody, so that what belongs to them changes in
   * no other transaction meanwhile. Every transaction that adds to or takes from an account holds it first. True when
   * others may have written before they were held: then what was read earlier is to be read again.
   */
  lock(ids: readonly string[]): Promise<boolean>
  insert(record: AccountRecord): Promise<void>
  setProfile(id: string, profile: Profile, source: string, at: number): Promise<void>
  /** Turns `loserId` into a tombstone of `survivorId`, and redirects tombstones that named it. */
  bury(loserId: string, survivorId: string): Promise<void>
}

export interface SessionRecord {
  /** SHA-256 (hex) of the session id that the browser holds. */
  readonly hash: string
  /** `ses_…`: what lists and logs call it. */
  readonly id: string
  readonly accountId: string
  readonly kind: 'browser' | 'bearer'
  readonly method: SessionMethod
  /** The WeChat app by which the person came; null for sessions older than this column. */
  readonly appKey: string | null
  readonly device: Device
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
}

export interface SessionReads {
  /** A living session, or null when unknown, ended or past `expiresAt` at `now`. */
  find(hash: string, now: number): Promise<SessionRecord | null>
  /** Those of `ids` (`ses_…`) that are living at `now`: one query. */
  aliveAmong(ids: readonly string[], now: number): Promise<string[]>
  /** Living sessions of an account, newest first. */
  ofAccount(accountId: string, now: number): Promise<SessionRecord[]>
}

export interface SessionWrites {
  /** Inserts unless the hash was ever used. True if inserted. */
  insert(record: SessionRecord): Promise<boolean>
  /** Notes activity of a living session; an ended one stays ended. True if it was living. */
  touch(hash: string, at: number, expiresAt: number): Promise<boolean>
  /** Ends it for good: no later write brings it back. Returns the record if it was living. */
  end(hash: string, at: number): Promise<SessionRecord | null>
}
