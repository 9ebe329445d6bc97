// Accounts, the identities that prove them, and their sessions, as they are stored.
import type { SessionMethod } from '#shared/api.js'
import type { Openid, Unionid } from './wechat.js'
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
  /** By which app (its key) the name came, and when; null while there is none. */
  readonly nicknameSource: string | null
  readonly nicknameAt: number | null
  /** The same for the picture. */
  readonly avatarSource: string | null
  readonly avatarAt: number | null
}

/** Name and picture with where they came from. */
export type SourcedProfile = Pick<
  AccountRecord,
  'nickname' | 'avatarUrl' | 'nicknameSource' | 'nicknameAt' | 'avatarSource' | 'avatarAt'
>

export interface IdentityRecord {
  readonly appid: string
  readonly openid: Openid
  readonly platform: string
  readonly unionid: Unionid | null
  /** When this unionid was first told of it; null while there is none. */
  readonly unionidAt: number | null
  readonly accountId: string
  readonly createdAt: number
  readonly lastUsedAt: number
}

/** What an account has, by name. */
export interface Belongings {
  readonly identities: readonly { readonly appid: string; readonly openid: Openid }[]
  readonly unionids: readonly { readonly platform: string; readonly unionid: Unionid }[]
  /** Living sessions (`ses_…`). */
  readonly sessions: readonly string[]
}

/** One merge, with everything needed to take it back. What it names beside `kept` moved from loser to survivor. */
export interface MergeRecord extends Belongings {
  readonly id: string
  readonly survivorId: string
  readonly loserId: string
  readonly mergedAt: number
  /** The identity and unionid whose meeting showed that two accounts are one person. */
  readonly cause: { readonly appid: string; readonly openid: Openid; readonly unionid: Unionid }
  /** What the survivor had already; null in records from before this was written down. */
  readonly kept: Belongings | null
  readonly undoneAt: number | null
  /** Until then an undone merge keeps its two accounts apart. */
  readonly clearedAt: number | null
}

/** Two accounts, both held, that are to be one. */
export interface MergeOrder extends Pick<MergeRecord, 'id' | 'survivorId' | 'loserId' | 'cause'> {
  readonly at: number
  /** Where the cause's unionid means a person. */
  readonly platform: string
  /** What the survivor shows from now on; null: what it showed. */
  readonly profile: SourcedProfile | null
}

export interface IdentityReads {
  find(appid: string, openid: Openid): Promise<IdentityRecord | null>
  /** The account that this unionid means in this namespace, or null. */
  accountOfUnionid(platform: string, unionid: Unionid): Promise<string | null>
  /** The unionid that this account holds in this namespace, or null. At most one can exist. */
  unionidOfAccount(platform: string, accountId: string): Promise<Unionid | null>
  /** All unionids that this account holds, one a namespace. */
  unionidsOf(accountId: string): Promise<Belongings['unionids']>
  /** All identities of an account, oldest first. */
  ofAccount(accountId: string): Promise<IdentityRecord[]>
  /** True when a merge of these two (in either order) was undone and not cleared since. */
  keptApart(accountId: string, otherId: string): Promise<boolean>
  findMerge(id: string): Promise<MergeRecord | null>
  /** The newest 200 merges, or those that this account took part in; newest first. */
  merges(accountId?: string): Promise<MergeRecord[]>
}

export interface IdentityWrites {
  /** Inserts unless (appid, openid) is taken. True for exactly one caller. */
  insert(record: IdentityRecord): Promise<boolean>
  /** Notes a use and, where the stored unionid is null, sets it and its namespace. Never replaces a unionid. */
  touch(appid: string, openid: Openid, at: number, learnt: { platform: string; unionid: Unionid } | null): Promise<void>
  /** Ties a unionid to an account unless it is tied already, or the account holds another there. True if tied now. */
  claimUnionid(platform: string, unionid: Unionid, accountId: string): Promise<boolean>
  /** Moves identities, unionids and living sessions (for them, `renewal` is due) to another account; says what moved. */
  moveAll(fromId: string, toId: string): Promise<Belongings>
  logMerge(record: MergeRecord): Promise<void>
  /**
   * All of a merge in one trip to the database, as `merge` in core/identity does it in steps; null where steps cost no trip, or
   * one statement cannot do it. @throws Error when one of the two is no living account
   */
  readonly mergeAtOnce: ((order: MergeOrder) => Promise<void>) | null
  /** Moves these, as far as the one account has them, to the other. Sessions are due for `renewal`. */
  move(belongings: Belongings, fromId: string, toId: string): Promise<void>
  /** The identity keeps its account and knows no unionid any more. */
  forgetUnionid(appid: string, openid: Openid): Promise<void>
  /** Takes the identity away. True if it was there. */
  remove(appid: string, openid: Openid): Promise<boolean>
  /** Frees the unionids that this account holds and none of its identities proves any more. */
  releaseUnproven(accountId: string): Promise<void>
  /** Up to `limit` identities of this app that are in another namespace, or learnt their unionid before a time. */
  toMigrate(appid: string, platform: string, learntBefore: number, limit: number): Promise<IdentityRecord[]>
  /** Puts the identity into another namespace, without a unionid. */
  migrate(appid: string, openid: Openid, platform: string): Promise<void>
  /** Notes that the merge was taken back. True for the one caller who did. */
  markUndone(id: string, at: number): Promise<boolean>
  /** Lets the two of an undone merge meet again. True for the one caller who did. */
  markCleared(id: string, at: number): Promise<boolean>
  /** Takes every record of merges of these accounts away: they name people. */
  dropMerges(accountIds: readonly string[]): Promise<void>
}

export interface AccountReads {
  /** The record itself, tombstones included. */
  find(id: string): Promise<AccountRecord | null>
  /**
   * Living accounts whose nickname begins so, character by character, in its order; of more than 200 some of them. For a list that an operator looks at:
   * nobody is ever taken for somebody by a name. @param prefix 1 to 32 characters
   */
  named(prefix: string, limit: number): Promise<AccountRecord[]>
  /** The ids of the tombstones that name this account. */
  tombstonesOf(id: string): Promise<string[]>
}

export interface AccountWrites {
  /**
   * Holds these accounts until the transaction ends, in one order for everybody, so that what belongs to them changes in
   * no other transaction meanwhile. Every transaction that adds to or takes from an account holds it first. True when
   * others may have written before they were held: then what was read earlier is to be read again.
   */
  lock(ids: readonly string[]): Promise<boolean>
  insert(record: AccountRecord): Promise<void>
  setProfile(id: string, profile: SourcedProfile): Promise<void>
  /** Changes nothing about tombstones. True if it was another of these before. */
  setStatus(id: string, status: Exclude<AccountStatus, 'merged'>): Promise<boolean>
  /** Makes a tombstone an account again. */
  revive(id: string, status: Extract<AccountStatus, 'active' | 'disabled'>): Promise<void>
  /** Lets tombstones name another account. */
  redirect(ids: readonly string[], accountId: string): Promise<void>
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
  /** As stored or, where the limits of today are shorter, as they say. */
  readonly expiresAt: number
  /** Null unless its id was or is to be replaced. */
  readonly renewal: Renewal | null
}

/** How far a browser's session is on its way from one id to the next. */
export interface Renewal {
  /** It moved to another account since it got its id. */
  readonly due: boolean
  /** SHA-256 (hex) of the id before this one. */
  readonly previousHash: string | null
  /** When its browser first came with the new id; null: it may never have heard of it, and the old one is good. */
  readonly takenAt: number | null
}

/** Living: neither ended, nor past `expiresAt`, nor past what today's limits make of its begin and its last use. */
export interface SessionReads {
  /** A living session by its id, or by the one before while that counts (RENEWAL_GRACE_MS after `takenAt`). */
  find(hash: string, now: number): Promise<SessionRecord | null>
  /** Those of `ids` (`ses_…`) that are living at `now`: one query. */
  aliveAmong(ids: readonly string[], now: number): Promise<string[]>
  /** Living sessions of an account, newest first. */
  ofAccount(accountId: string, now: number): Promise<SessionRecord[]>
}

/** Those to which all of this applies. */
export interface WhichSessions {
  /** Begun by this app. */
  readonly appKey?: string
  /** Another one than this (`ses_…`). */
  readonly except?: string
}

export interface SessionWrites {
  /** Inserts unless the hash was ever used. True if inserted. A new session has no `renewal`. */
  insert(record: SessionRecord): Promise<boolean>
  /** Notes activity of a living session (`ses_…`); an ended one stays ended. True if it was living. */
  touch(id: string, at: number, expiresAt: number): Promise<boolean>
  /** Replaces the id's hash where a renewal is due; the old one counts on. True for the one caller who did. */
  renewId(id: string, fromHash: string, toHash: string): Promise<boolean>
  /** Notes that the browser came with its new id. */
  takeId(id: string, hash: string, at: number): Promise<void>
  /** Ends it for good: no later write brings it back. Returns the record if it was living. */
  end(id: string, at: number): Promise<SessionRecord | null>
  /** Forgets by which device sessions of these accounts came, of ended ones too. */
  forgetDevices(accountIds: readonly string[]): Promise<void>
  /** Ends the living sessions of an account, all or those of `which`. Their ids. */
  endOf(accountId: string, at: number, which?: WhichSessions): Promise<string[]>
}
