// What the rules need from the world. Each port has one contract suite in test/contract, run on every store that claims it.
import type { Method, Reason, TicketStatus } from '#shared/ticket.js'

/** The one source of time. Returns epoch milliseconds. */
export type Clock = () => number
/** `bytes` cryptographically strong random bytes. */
export type Random = (bytes: number) => Buffer

/** A WeChat identity inside one app. Never comparable with a Unionid: the types do not mix. */
export type Openid = string & { readonly openid: unique symbol }
/** A person inside one Open Platform account. */
export type Unionid = string & { readonly unionid: unique symbol }

export type AppKind = 'website' | 'official' | 'mobile' | 'miniprogram'

/** One registered WeChat application, as the operator configured it. */
export interface WechatApp {
  /** The operator's short name, part of the callback's path. */
  readonly key: string
  readonly kind: AppKind
  readonly appid: string
  readonly secret: string
  /** The namespace in which a unionid means a person: the Open Platform account's name, or the app itself. */
  readonly platform: string
  /** True when an Open Platform account is configured, so that a unionid is to be expected. */
  readonly bound: boolean
}

/** What we say about the machine a request came from. */
export interface Device {
  readonly browser: string
  readonly os: string
  readonly address: string
  readonly place: string | null
}

/** Name and picture as WeChat gave them, cleaned. Empty strings where there is none. */
export interface Profile {
  readonly nickname: string
  readonly avatarUrl: string
}

/** What WeChat's server told us about a person, and when: the only thing identity is ever decided from. */
export interface Proof {
  readonly appKey: string
  readonly appid: string
  readonly platform: string
  readonly openid: Openid
  readonly unionid: Unionid | null
  /** Null when the scope gave none (`snsapi_base`). */
  readonly profile: Profile | null
  readonly provedAt: number
}

// ---------------------------------------------------------------------------------------------------------- tickets

export interface TicketRecord {
  readonly id: string
  readonly method: Method
  readonly appKey: string
  readonly status: TicketStatus
  /** Grows by one with every change. */
  readonly version: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly returnTo: string
  readonly device: Device
  /** SHA-256 (hex) of the secret of the phone that scanned, once one has. */
  readonly phoneHash: string | null
  /** What the phone's callback proved; kept only between scan and confirmation. */
  readonly proof: Proof | null
  /** The scanner's name and picture, for the waiting page. */
  readonly scannedBy: Profile | null
  /** True once WeChat's explicit consent has been given for this ticket, or is not needed for this person. */
  readonly explicit: boolean
  readonly matchTries: number
  readonly accountId: string | null
  readonly reason: Reason | null
  /** SHA-256 (hex) of the page's redeem attempt, once redeemed. */
  readonly attemptHash: string | null
  readonly redeemedAt: number | null
}

/** The columns a move may set. `version` is the store's business. */
export type TicketPatch = Partial<
  Pick<
    TicketRecord,
    | 'status'
    | 'expiresAt'
    | 'phoneHash'
    | 'proof'
    | 'scannedBy'
    | 'explicit'
    | 'matchTries'
    | 'accountId'
    | 'reason'
    | 'attemptHash'
    | 'redeemedAt'
  >
>

/** What must hold at the instant of the move. All parts are in one conditional statement. */
export interface TicketGuard {
  /** The move happens only from one of these statuses. */
  readonly status: readonly TicketStatus[]
  /** If given, only while the ticket's `expiresAt` is later than this. */
  readonly aliveAt?: number
  /** If given, only once the ticket's `expiresAt` is at or before this. */
  readonly overdueAt?: number
  /** If given, only when the stored phone hash is exactly this (null: no phone yet). */
  readonly phoneHash?: string | null
  /** If given, only at exactly this version. */
  readonly version?: number
}

export interface TicketReads {
  find(id: string): Promise<TicketRecord | null>
  /** The records that exist among `ids`, in any order: one query, whatever their number. */
  findMany(ids: readonly string[]): Promise<TicketRecord[]>
}

export interface TicketWrites {
  /** Stores the record unless its id is there already. True for the one caller that stored it. */
  insert(record: TicketRecord): Promise<boolean>
  /**
   * Applies `patch` and adds one to the version if `guard` holds, in one conditional statement: under any number of
   * concurrent callers exactly one gets the new record, the others get null.
   */
  move(id: string, guard: TicketGuard, patch: TicketPatch): Promise<TicketRecord | null>
}

// -------------------------------------------------------------------------------------------------------- callbacks

/** How a callback ended; the same for everyone who brings the same state. `status` is the ticket's at that moment. */
export interface CallbackOutcome {
  readonly status: TicketStatus
  readonly reason: Reason | null
}

/** One use of one state. Its existence is what makes the state single-use. */
export interface CallbackRecord {
  readonly stateHash: string
  /** SHA-256 (hex) of app key and code; null when WeChat sent no code. Unique where present. */
  readonly codeHash: string | null
  readonly ticketId: string
  readonly startedAt: number
  /** Null while the first arrival is still talking to WeChat, or for ever if its server died. */
  readonly outcome: CallbackOutcome | null
}

export interface CallbackReads {
  find(stateHash: string): Promise<CallbackRecord | null>
  /** The record that used this code, whatever its state. */
  findByCode(codeHash: string): Promise<CallbackRecord | null>
}

export interface CallbackWrites {
  /** Inserts unless the state hash or the code hash is taken. True for exactly one caller. */
  claim(record: CallbackRecord): Promise<boolean>
  /** Sets the outcome if there is none yet. True if this call set it. */
  finish(stateHash: string, outcome: CallbackOutcome): Promise<boolean>
  /** The records without an outcome that started at or before `startedBefore`. */
  unfinished(startedBefore: number): Promise<CallbackRecord[]>
}

// --------------------------------------------------------------------------------------------- identities, accounts

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
  insert(record: AccountRecord): Promise<void>
  setProfile(id: string, profile: Profile, source: string, at: number): Promise<void>
  /** Turns `loserId` into a tombstone of `survivorId`, and redirects tombstones that named it. */
  bury(loserId: string, survivorId: string): Promise<void>
}

// --------------------------------------------------------------------------------------------------------- sessions

export interface SessionRecord {
  /** SHA-256 (hex) of the session id that the browser holds. */
  readonly hash: string
  /** `ses_…`: what lists and logs call it. */
  readonly id: string
  readonly accountId: string
  readonly kind: 'browser' | 'bearer'
  readonly method: Method
  readonly device: Device
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
}

export interface SessionReads {
  /** A living session, or null when unknown, ended or past `expiresAt` at `now`. */
  find(hash: string, now: number): Promise<SessionRecord | null>
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

// ------------------------------------------------------------------------------------------------- store, bus, WeChat

export interface Reads {
  readonly tickets: TicketReads
  readonly callbacks: CallbackReads
  readonly identities: IdentityReads
  readonly accounts: AccountReads
  readonly sessions: SessionReads
}

/** Inside a transaction: everything readable as of this transaction, and everything writable. */
export interface Tx {
  readonly tickets: TicketReads & TicketWrites
  readonly callbacks: CallbackReads & CallbackWrites
  readonly identities: IdentityReads & IdentityWrites
  readonly accounts: AccountReads & AccountWrites
  readonly sessions: SessionReads & SessionWrites
}

/** The only truth. */
export interface Store {
  /** Committed data, outside any transaction. */
  readonly read: Reads
  /**
   * Runs `work` in one transaction and resolves only after its commit is known to have succeeded. `work` may run again
   * from the start after a serialization failure, so it must do nothing but use its `tx`. A throw rolls back.
   * @throws AppError `busy` when the writer's queue is full or the deadline has passed.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** True when this process alone owns the database, so that whatever is unfinished at start can have no owner. */
  readonly exclusive: boolean
}

/** "X is at version n": all that travels between nodes. Losing one costs latency only. */
export type Hint =
  | { readonly topic: 'ticket'; readonly id: string; readonly version: number }
  | { readonly topic: 'session'; readonly id: string }

export interface Bus {
  /** Fire and forget, after the commit. Never throws. */
  publish(hint: Hint): void
  /** Returns the function that unsubscribes. */
  subscribe(listener: (hint: Hint) => void): () => void
}

/** The answer to a code exchange: who, and a token that lives only until the profile is read. */
export interface Grant {
  readonly openid: Openid
  readonly unionid: Unionid | null
  readonly scopes: readonly string[]
  readonly accessToken: string
  /** WeChat's snapshot page: a virtual person who must never be stored. */
  readonly snapshotUser: boolean
}

export type OfficialScope = 'snsapi_base' | 'snsapi_userinfo'

/** WeChat, real or simulated. */
export interface Platform {
  /** The PC page with WeChat's own code. `embed`: for an iframe that navigates itself. */
  qrconnectUrl(
    app: WechatApp,
    options: { redirectUri: string; state: string; embed: boolean; language: 'zh' | 'en' },
  ): string
  /** The page inside WeChat, in the documented order of parameters, ending in `#wechat_redirect`. */
  authorizeUrl(app: WechatApp, options: { redirectUri: string; scope: OfficialScope; state: string }): string
  /**
   * Spends the code. Sent at most once: a code exchange is not idempotent, so nothing is retried after the request may
   * have left. @throws PlatformError
   */
  exchangeCode(app: WechatApp, code: string): Promise<Grant>
  /**
   * Name, picture and unionid of the grant's person. @throws PlatformError, also when the answer is about another openid
   * or contradicts the grant's unionid.
   */
  readProfile(app: WechatApp, grant: Grant): Promise<{ profile: Profile; unionid: Unionid | null }>
}

/** Why WeChat gave no answer we can use; each kind has one ticket reason. */
export type PlatformErrorKind =
  | 'code_rejected' // 40029, 40163, 42003: restart
  | 'unreachable' // no answer, not JSON, -1 after the last retry
  | 'limit' // 45009, 45011
  | 'config' // 40013, 40125, 48001, …: the operator must act
  | 'refused' // 50002, 40226: stop for this person
  | 'nonsense' // an answer that breaks WeChat's own contract

/** Holds host, path, code and rid, never the URL: WeChat's API carries secrets in the query. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  readonly kind: PlatformErrorKind
  readonly at: {
    readonly host: string
    readonly path: string
    readonly errcode: number | null
    readonly rid: string | null
  }

  constructor(kind: PlatformErrorKind, at: PlatformError['at']) {
    super(`WeChat ${at.path}: ${kind}${at.errcode === null ? '' : ` (${at.errcode})`}`)
    this.kind = kind
    this.at = at
  }
}

/** Events the operator sees. One call, one line; values are plain data. */
export interface Log {
  info(event: string, data?: Record<string, unknown>): void
  warn(event: string, data?: Record<string, unknown>): void
  error(event: string, data?: Record<string, unknown>): void
}
