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
}

/** What the rest of the service sees: plain values, kept for all nodes. */
export interface Vault {
  /** The value, while it is good for longer than `marginMs`; else null. */
  get(name: string, marginMs: number): Promise<string | null>
  /** @param lifeMs from now */
  put(name: string, value: string, lifeMs: number): Promise<void>
}
