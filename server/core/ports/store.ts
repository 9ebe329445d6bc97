// The database as the rules see it: committed reads, and transactions.
import type { AuditReads, AuditWrites } from './audit.js'
import type { ConsentReads, ConsentWrites } from './consents.js'
import type { OperatorReads, OperatorWrites } from './operators.js'
import type {
  AccountReads,
  AccountWrites,
  IdentityReads,
  IdentityWrites,
  SessionReads,
  SessionWrites,
} from './people.js'
import type { CallbackReads, CallbackRecord, CallbackWrites, TicketReads, TicketWrites } from './tickets.js'
import type { VaultReads, VaultWrites } from './vault.js'
import type { Proof } from './wechat.js'

export interface Reads {
  readonly tickets: TicketReads
  readonly callbacks: CallbackReads
  readonly identities: IdentityReads
  readonly accounts: AccountReads
  readonly sessions: SessionReads
  readonly vault: VaultReads
  readonly audit: AuditReads
  readonly consents: ConsentReads
  readonly operators: OperatorReads
}

/** Inside a transaction: everything readable as of this transaction, and everything writable. */
export interface Tx {
  readonly tickets: TicketReads & TicketWrites
  readonly callbacks: CallbackReads & CallbackWrites
  readonly identities: IdentityReads & IdentityWrites
  readonly accounts: AccountReads & AccountWrites
  readonly sessions: SessionReads & SessionWrites
  readonly vault: VaultReads & VaultWrites
  readonly pushes: PushWrites
  readonly audit: AuditReads & AuditWrites
  readonly consents: ConsentReads & ConsentWrites
  readonly operators: OperatorReads & OperatorWrites
}

/** Pushes that have been worked on, by ReadPush.id. */
export interface PushWrites {
  /** Notes one. True for the first delivery alone. */
  claim(id: string, at: number): Promise<boolean>
}

/**
 * What a transaction will want to know, as far as that is known before it: a store may read it ahead for many at once. It
 * changes nothing about what the transaction finds.
 */
export interface Foreseen {
  readonly ticket?: string
  readonly callback?: Pick<CallbackRecord, 'stateHash' | 'codeHash' | 'ticketId'>
  readonly proof?: Pick<Proof, 'appid' | 'openid' | 'platform' | 'unionid'>
  readonly account?: string | null
  /** The hash of a session that is about to be made. */
  readonly session?: string
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
  write<T>(work: (tx: Tx) => Promise<T>, foreseen?: Foreseen): Promise<T>
  /**
   * Says that a ticket's id was made this instant, so that nobody can have written a row for it. A store may remember that;
   * what it finds is the same.
   */
  begun(ticketId: string): void
  /** True when this process alone owns the database, so that whatever is unfinished at start can have no owner. */
  readonly exclusive: boolean
}
