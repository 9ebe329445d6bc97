// Optimistic transactions: when a concurrent commit changed what a decision rested on, all of it is done again.
import type { Foreseen, Store, Tx } from './ports.js'

/** Thrown inside a transaction whose conditional write found that somebody else was faster. Rolls everything back. */
export class LostRace extends Error {
  override readonly name = 'LostRace'
}

/** A person who comes through five doors at once can be overtaken by a first login and four merges, and more than once. */
const ROUNDS = 10

/**
 * Runs `work` in a transaction, and again from the start (at most ten times) each time it throws LostRace. Every loss
 * means that another commit became visible, so that the next round decides on new facts.
 */
export async function inTransaction<T>(store: Store, work: (tx: Tx) => Promise<T>, foreseen?: Foreseen): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await store.write(work, foreseen)
    } catch (error) {
      if (!(error instanceof LostRace) || round === ROUNDS) throw error
    }
  }
}
