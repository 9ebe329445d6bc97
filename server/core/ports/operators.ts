// Who operates this service: accounts with that role, and one-time codes by which an account gets it.

export interface OperatorRecord {
  /** As the account was called when it got the role: today it may be merged into another. */
  readonly accountId: string
  readonly grantedAt: number
  /** The operator who gave it; null: it was claimed with a code, or given on the command line. */
  readonly grantedBy: string | null
}

export interface OperatorReads {
  /**
   * True when this account, or one that was merged into it, was given the role. Nothing moves when accounts are merged:
   * the survivor operates while the merge stands, and once it is undone each is again what it was.
   */
  has(accountId: string): Promise<boolean>
  /** The oldest 200, oldest first. */
  list(): Promise<OperatorRecord[]>
  /** SHA-256 (hex) of each code that is good at `now`. */
  codes(now: number): Promise<string[]>
}

export interface OperatorWrites {
  /** Gives the role. True unless the account had it itself. */
  grant(record: OperatorRecord): Promise<boolean>
  /** All of them: none loses the role until the end of the transaction, unless by it. */
  hold(): Promise<OperatorRecord[]>
  /** Takes the role from each of these. True if one of them had it. */
  revoke(accountIds: readonly string[]): Promise<boolean>
  /** Adds a code, and forgets those that are no good at `now`. */
  putCode(code: { readonly hash: string; readonly expiresAt: number }, now: number): Promise<void>
  /** Uses a code up, and every other one with it. True for the one caller whose code was good at `now`. */
  useCode(hash: string, now: number): Promise<boolean>
}
