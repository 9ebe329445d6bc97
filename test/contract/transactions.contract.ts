import { expect, test } from 'vitest'
import type { Store } from '#server/core/ports.js'
import { account, identity, ticket } from './records.js'

export function transactionContract(store: () => Store): void {
  test('what a resolved write stored can be read by everybody', async () => {
    const record = ticket()
    const value = await store().write(async (tx) => {
      await tx.tickets.insert(record)
      return 'done'
    })
    expect(value).toBe('done')
    expect(await store().read.tickets.find(record.id)).toEqual(record)
  })

  test('a transaction sees its own writes, and nobody else does before the commit', async () => {
    const record = ticket()
    await store().write(async (tx) => {
      await tx.tickets.insert(record)
      expect(await tx.tickets.find(record.id)).toEqual(record)
      expect(await store().read.tickets.find(record.id)).toBeNull()
    })
  })

  test('a throw rolls back everything the transaction wrote, and rejects with what was thrown', async () => {
    const person = account()
    const fault = new Error('no')
    const write = store().write(async (tx) => {
      await tx.accounts.insert(person)
      await tx.identities.insert(identity(person.id))
      throw fault
    })
    await expect(write).rejects.toBe(fault)
    expect(await store().read.accounts.find(person.id)).toBeNull()
    expect(await store().read.identities.ofAccount(person.id)).toEqual([])
  })

  test('a throwing transaction takes none of its neighbours with it', async () => {
    const records = Array.from({ length: 20 }, () => ticket())
    const results = await Promise.allSettled(
      records.map((record, index) =>
        store().write(async (tx) => {
          await tx.tickets.insert(record)
          if (index % 2 === 1) throw new Error('odd')
        }),
      ),
    )
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual(records.map((_, index) => index % 2 === 0))
    const stored = await store().read.tickets.findMany(records.map(({ id }) => id))
    expect(stored.map(({ id }) => id).toSorted()).toEqual(
      records
        .filter((_, index) => index % 2 === 0)
        .map(({ id }) => id)
        .toSorted(),
    )
  })

  test('a statement that fails rolls its transaction back even when the error is caught', async () => {
    const [person, record] = [account(), ticket()]
    await store().write((tx) => tx.accounts.insert(person))
    const write = store().write(async (tx) => {
      await tx.tickets.insert(record)
      await tx.accounts.insert(person).catch(() => undefined)
    })
    await expect(write).rejects.toThrow()
    expect(await store().read.tickets.find(record.id)).toBeNull()
  })

  test('after one of two statements started together fails, nothing of the transaction remains', async () => {
    const [person, record] = [account(), ticket()]
    await store().write((tx) => tx.accounts.insert(person))
    const write = store().write((tx) => Promise.all([tx.accounts.insert(person), tx.tickets.insert(record)]))
    await expect(write).rejects.toThrow()
    expect(await store().read.tickets.find(record.id)).toBeNull()
  })

  test('an error of the database holds none of the values', async () => {
    const person = account({ nickname: 'secret-nickname' })
    await store().write((tx) => tx.accounts.insert(person))
    const error: unknown = await store()
      .write((tx) => tx.accounts.insert(person))
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    const everything = error instanceof Error ? [error.stack, JSON.stringify(error), String(error.cause)].join() : ''
    expect(everything).not.toContain(person.id)
    expect(everything).not.toContain('secret-nickname')
  })

  test('forty parallel read-modify-write transactions all succeed, quickly, and none is lost', async () => {
    const record = ticket()
    await store().write((tx) => tx.tickets.insert(record))
    const addOne = () =>
      store().write(async (tx) => {
        const read = await tx.tickets.find(record.id)
        const guard = { status: ['pending'], version: read?.version ?? 0 } as const
        return tx.tickets.move(record.id, guard, { matchTries: (read?.matchTries ?? 0) + 1 })
      })
    const startedAt = performance.now()
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        while (!(await addOne())) {
          // Somebody was faster: the next round reads what they wrote.
        }
      }),
    )
    expect(performance.now() - startedAt).toBeLessThan(4000)
    expect(await store().read.tickets.find(record.id)).toMatchObject({ matchTries: 40, version: 41 })
  })

  test('a transaction that is over refuses the statements of whoever kept its tx', async () => {
    const record = ticket()
    const kept = await store().write(async (tx) => ({ tx }))
    await expect(kept.tx.tickets.insert(record)).rejects.toThrow()
    expect(await store().read.tickets.find(record.id)).toBeNull()
  })
}
