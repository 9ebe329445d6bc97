// Tickets and the single use of states and codes, as they are stored.
import type { Method, Reason, TicketStatus } from '#shared/ticket.js'
import type { Profile, Proof } from './wechat.js'
import type { Device } from './world.js'

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
  /** The code that WeChat made for this ticket (`sdk`, `scene`): its text, and WeChat's own name for it (`sdk`'s uuid). */
  readonly code: { readonly content: string; readonly ref: string | null } | null
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
    | 'code'
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
  /** How many tickets are pending or scanned, and end after `now` and not after `until`. */
  countOpen(now: number, until: number): Promise<number>
  /** The records that exist among `ids`, in any order: one query, whatever their number. */
  findMany(ids: readonly string[]): Promise<TicketRecord[]>
  /**
   * Tickets of this method for which a node should be speaking with WeChat and none holds the lease at `now`: alive,
   * pending or scanned, and without a code or, in `sdk`, with one to follow. The 100 that end first.
   */
  unattended(method: Method, now: number): Promise<TicketRecord[]>
}

export interface TicketWrites {
  /** Stores the record unless its id is there already. True for the one caller that stored it. */
  insert(record: TicketRecord): Promise<boolean>
  /**
   * Applies `patch` and adds one to the version if `guard` holds, in one conditional statement: under any number of
   * concurrent callers exactly one gets the new record, the others get null.
   */
  move(id: string, guard: TicketGuard, patch: TicketPatch): Promise<TicketRecord | null>
  /**
   * Makes one node the only one that speaks with WeChat about this ticket until `until`. True when it is `holder`'s now:
   * it was already, or nobody's, or had run out at `now`. Changes no version.
   */
  lease(id: string, holder: string, now: number, until: number): Promise<boolean>
  /**
   * Gives back every lease of this holder, so that another node need not wait for their end. Null: everybody's, by the
   * only node there can be.
   */
  releaseLeases(holder: string | null): Promise<void>
  /** All tickets that were confirmed for one of these accounts, whatever became of them. */
  ofAccounts(accountIds: readonly string[]): Promise<TicketRecord[]>
  /** All tickets that hold a proof. */
  proving(): Promise<TicketRecord[]>
  /** Forgets what the tickets of these accounts say of who scanned them. */
  forgetScanner(accountIds: readonly string[]): Promise<void>
  /** Forgets what these tickets say of people: proof, scanner and device. */
  forgetPeople(ids: readonly string[]): Promise<void>
}

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
  /** The phone whose callback this is; null where the callback lands on the PC. */
  readonly phoneHash: string | null
  readonly ticketId: string
  readonly startedAt: number
  /** Grows while the server that talks to WeChat lives. Says nothing by itself: whoever looks compares it with later. */
  readonly beat: number
  /** Null while the first arrival is still talking to WeChat, or for ever if its server died. */
  readonly outcome: CallbackOutcome | null
}

export interface CallbackReads {
  find(stateHash: string): Promise<CallbackRecord | null>
  /** How many states of this ticket have been used. */
  count(ticketId: string): Promise<number>
  /** True when another state of its ticket has been used since this one was. */
  overtaken(record: CallbackRecord): Promise<boolean>
  /** The records without an outcome, oldest first. */
  unfinished(): Promise<CallbackRecord[]>
}

export interface CallbackWrites {
  /** Inserts unless the state hash or the code hash is taken. True for exactly one caller. */
  claim(record: CallbackRecord): Promise<boolean>
  /** Sets the outcome if there is none yet. True if this call set it. */
  finish(stateHash: string, outcome: CallbackOutcome): Promise<boolean>
  /** Lets the beat of each of these grow. */
  beat(stateHashes: readonly string[]): Promise<void>
}
