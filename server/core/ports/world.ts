// Time, chance, the log, the hints between nodes, and what a request says about its machine.
/** The one source of time. Returns epoch milliseconds. */
export type Clock = () => number
/** `bytes` cryptographically strong random bytes. */
export type Random = (bytes: number) => Buffer

/** What we say about the machine a request came from. */
export interface Device {
  readonly browser: string
  readonly os: string
  readonly address: string
  readonly place: string | null
}

/** Where an address is, in words for people; null when nobody knows. */
export type PlaceOf = (address: string) => string | null

/** "X is at version n": all that travels between nodes. Losing one costs latency only. */
export type Hint =
  | { readonly topic: 'ticket'; readonly id: string; readonly version: number }
  | { readonly topic: 'session'; readonly id: string }

export interface Bus {
  /** Fire and forget, after the commit. Never throws. */
  publish(hint: Hint): void
  /**
   * @param lost called when hints may have been missed: whatever hangs on them is to be read again, once
   * @returns the function that unsubscribes
   */
  subscribe(listener: (hint: Hint) => void, lost?: () => void): () => void
}

/** Events the operator sees. One call, one line; values are plain data. */
export interface Log {
  info(event: string, data?: Record<string, unknown>): void
  warn(event: string, data?: Record<string, unknown>): void
  error(event: string, data?: Record<string, unknown>): void
}
