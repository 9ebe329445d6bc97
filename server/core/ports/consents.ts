// Who agreed to which version of the site's agreement, and when.
import type { SessionMethod } from '#shared/api.js'

export interface ConsentRecord {
  /** As the account was called then. */
  readonly accountId: string
  /** SITE_AGREEMENT_VERSION of that moment. */
  readonly version: string
  readonly givenAt: number
  /** By which door. */
  readonly method: SessionMethod
  readonly appKey: string
}

export interface ConsentReads {
  /** Whether this account, or one that was merged into it, has agreed to this version. */
  given(accountId: string, version: string): Promise<boolean>
  /** All that this account and those merged into it have agreed to, newest first. */
  ofAccount(accountId: string): Promise<ConsentRecord[]>
}

/** Nothing is ever changed or outdated: a record stays until its account is deleted. */
export interface ConsentWrites {
  /** Keeps it, unless this account has agreed to this version before: then the first time stands. */
  insert(record: ConsentRecord): Promise<void>
  /** With the account everything goes. */
  drop(accountIds: readonly string[]): Promise<void>
}
