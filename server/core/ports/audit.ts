// Who did what to whom, and from where: written in the same commit as the act, and never changed.
import type { SessionMethod } from '#shared/api.js'
import type { Device } from './world.js'

export const ACTS = [
  'login',
  'refused',
  'linked',
  'unlinked',
  'merged',
  'merge_undone',
  'merge_cleared',
  'platform_migrated',
  'session_ended',
  'notice_taken',
  'exported',
  'disabled',
  'enabled',
  'account_deleted',
  // An operator's.
  'operator_granted',
  'operator_revoked',
  'operator_code_made',
  'viewed',
  'unionid_forgotten',
  'purged',
] as const
export type Act = (typeof ACTS)[number]

export const ACTORS = ['person', 'operator', 'wechat'] as const

/** Who did it. */
export interface Who {
  readonly actor: (typeof ACTORS)[number]
  /** An operator's account (`acc_…`); on the command line their name in the operating system, if it is known. */
  readonly name: string | null
  /** The person's machine: where they had to prove who they are, it need not be their own. */
  readonly device: Device | null
}

/** One act. Holds no name of a person, no openid, no unionid. */
export interface AuditEntry {
  readonly at: number
  readonly act: Act
  readonly actor: Who['actor']
  readonly actorName: string | null
  /** Whom it concerns, as the account was called then; null: nobody who is known here. */
  readonly accountId: string | null
  readonly method: SessionMethod | null
  readonly appKey: string | null
  /** What it was done to, beside the account: `ses_…`, `mrg_…`. */
  readonly subject: string | null
  /** Why, in a word. */
  readonly reason: string | null
  /** Where from. Null where nobody's machine was part of it, and once the account is deleted. */
  readonly address: string | null
  readonly browser: string | null
  readonly os: string | null
}

/** An entry as it is handed in. What is left out is null. */
export type NewEntry = Pick<AuditEntry, 'at' | 'act'> &
  Partial<Pick<AuditEntry, 'accountId' | 'method' | 'appKey' | 'subject' | 'reason'>> & { readonly who: Who }

export interface AuditReads {
  /** The newest entries that concern one of these accounts, newest first. */
  ofAccounts(accountIds: readonly string[], limit: number): Promise<AuditEntry[]>
  /** The newest logins into one of these accounts, newest first. */
  loginsOf(accountIds: readonly string[], limit: number): Promise<AuditEntry[]>
  /** The oldest `limit` of all that were written after the one with this number, oldest first. 0: from the first one. */
  page(limit: number, after: number): Promise<{ readonly entries: AuditEntry[]; readonly last: number | null }>
  /** The newest of all, newest first. */
  latest(limit: number): Promise<AuditEntry[]>
}

/** There is no way to change or to take back an entry. They go when their time is over, as all entries of that age do. */
export interface AuditWrites {
  /** Once the transaction is committed, the entry is also a line of the log. */
  append(entry: NewEntry): Promise<void>
  /** Erases from where the entries of these accounts came. That they happened stays. */
  forgetMachines(accountIds: readonly string[]): Promise<void>
}
