// How long to wait before trying again.

/** Milliseconds before retry number `n` (from 0): doubling from 500 to 8000, of which a random half is taken off. */
export function backoff(n: number, random: () => number): number {
  return spread(Math.min(8000, 500 * 2 ** Math.min(n, 10)), random)
}

/** Between half of `ms` and `ms`, so that many pages which lost one server do not return as one. */
export function spread(ms: number, random: () => number): number {
  return ms / 2 + (ms / 2) * random()
}
