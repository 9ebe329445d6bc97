// Work that one node at a time should do for all: who has the lease does it, and the others wait for what it leaves. No clock
// is compared with another's: a holder is given up when its lease has stood unchanged for as long as it may take.

import type { Clock, Random, Store } from './ports.js'

/** Longer than the work, a few seconds of WeChat's, may take. */
export const LEASE_MS = 3_000
/** How often whoever waits looks again. */
const STEP_MS = 100
/** What a crash left is swept away by then. */
const KEPT_MS = 3_600_000

export interface LeaseDeps {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/** Either somebody has done it, or it is the caller's to do, until `release`, which never fails. */
export type Turn<T> = { readonly done: T } | { readonly release: () => Promise<void> }

/**
 * Waits for the turn at what `name` stands for. A process that owns the database has nobody to wait for, and who has waited
 * until `until` (as `now` counts) does it without a lease: late work is better than none.
 * @param done what somebody else may have done meanwhile, else null
 * @throws AppError `busy` when the database cannot be asked
 */
export async function takeTurn<T>(
  deps: LeaseDeps,
  name: string,
  done: () => Promise<T | null>,
  until: number,
): Promise<Turn<T>> {
  const { store, clock, random, now, sleep } = deps
  const lease = `lease:${name}`
  const mine = random(16).toString('base64url')
  let watched = { holder: '', since: now() }

  for (;;) {
    const result = await done()
    if (result !== null) return { done: result }
    if (store.exclusive || now() >= until) return { release: async () => {} }
    const holder = (await store.read.vault.find(lease))?.sealed ?? null
    if (holder !== watched.holder) watched = { holder: holder ?? '', since: now() }
    if (holder !== null && now() - watched.since < LEASE_MS) {
      await sleep(STEP_MS)
      continue
    }
    const record = { name: lease, sealed: mine, expiresAt: clock() + KEPT_MS }
    if (!(await store.write((tx) => tx.vault.swap(record, holder)))) continue
    const release = () => store.write((tx) => tx.vault.drop(lease, mine)).catch(() => {})
    // The one before may have ended its work and gone between our two looks.
    const late = await done().catch(() => null)
    if (late === null) return { release }
    await release()
    return { done: late }
  }
}
