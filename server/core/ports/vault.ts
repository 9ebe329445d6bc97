// Secrets that WeChat lends us for two hours and that every node shares: the server tokens of apps, the SDK ticket.

/** Values are sealed by whoever calls: the store sees ciphertext. */
export interface VaultRecord {
  /** Which secret of which app, e.g. `token:wx…`. */
  readonly name: string
  readonly sealed: string
  readonly expiresAt: number
}

export interface VaultReads {
  find(name: string): Promise<VaultRecord | null>
}

export interface VaultWrites {
  /** Stores it in place of any older one of this name. */
  put(record: VaultRecord): Promise<void>
  /** Stores it where the name has none (`from` null) or one sealed exactly so. True for exactly one caller. */
  swap(record: VaultRecord, from: string | null): Promise<boolean>
  /** Takes it away if it is sealed exactly so. */
  drop(name: string, sealed: string): Promise<void>
}

export interface Wanted {
  /** For how long it has to be good, at least. */
  readonly marginMs: number
  /** One that has proved void: the same again counts once somebody has asked anew. */
  readonly not: string | null
  /** Until when (monotonic milliseconds) it is worth waiting for others. */
  readonly until: number
}

export interface Made {
  readonly value: string
  /** From now. */
  readonly lifeMs: number
}

/** What the rest of the service sees: plain values, kept for all nodes. */
export interface Vault {
  /** The value, while it is good for longer than `marginMs`; else null. */
  get(name: string, marginMs: number): Promise<string | null>
  /** @param lifeMs from now */
  put(name: string, value: string, lifeMs: number): Promise<void>
  /**
   * What `get` gives or, where that is null or `not`, what `make` gives: of all nodes one at a time asks, and the others wait
   * for what it stores. A holder that died is missed after LEASE_MS. Where the database cannot be asked, each asks for itself.
   * @throws whatever `make` throws
   */
  share(name: string, wanted: Wanted, make: () => Promise<Made>): Promise<string>
}
