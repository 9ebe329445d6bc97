// Optimistic transactions begin again when they lost a race, and only then.
import { expect, test } from 'vitest'
import type { Store, Tx } from '#server/core/ports.js'
import { inTransaction, LostRace } from '#server/core/transaction.js'

/** A store that only counts its transactions. */
function countingStore() {
  const seen = { transactions: 0 }
  const write: Store['write'] = (work) => {
    seen.transactions++
    return work({} as Tx)
  }
  return { seen, store: { write, read: {} as Store['read'], begun: () => undefined, exclusive: true } satisfies Store }
}

test('a lost race begins the whole transaction again, and the winner’s facts decide', async () => {
  const { store, seen } = countingStore()
  const answer = await inTransaction(store, async () => {
    if (seen.transactions < 4) throw new LostRace()
    return seen.transactions
  })
  expect(answer).toBe(4)
})

test('after ten lost races it gives up instead of going on for ever', async () => {
  const { store, seen } = countingStore()
  const losing = inTransaction(store, () => Promise.reject(new LostRace()))
  await expect(losing).rejects.toBeInstanceOf(LostRace)
  expect(seen.transactions).toBe(10)
})

test('any other error is not a lost race and is not tried again', async () => {
  const { store, seen } = countingStore()
  await expect(inTransaction(store, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full')
  expect(seen.transactions).toBe(1)
})
