import { expect, test } from 'vitest'
import type { CallbackRecord, Store } from '#server/core/ports.js'
import { callback, NOW, unique } from './records.js'

export function callbackContract(store: () => Store): void {
  const claim = (record: CallbackRecord) => store().write((tx) => tx.callbacks.claim(record))

  test('a claimed state is found by its hash', async () => {
    const record = callback()
    expect(await claim(record)).toBe(true)
    expect(await store().read.callbacks.find(record.stateHash)).toEqual(record)
    expect(await store().read.callbacks.find('unknown')).toBeNull()
  })

  test('the states used of a ticket are counted: the claimed ones, of that ticket alone', async () => {
    const ticketId = unique('tkt')
    const count = () => store().read.callbacks.count(ticketId)
    expect(await count()).toBe(0)
    const first = callback({ ticketId })
    await claim(first)
    await claim(callback({ ticketId, codeHash: null }))
    await claim(callback({ ticketId, stateHash: first.stateHash }))
    await claim(callback())
    expect(await count()).toBe(2)
  })

  test('a state that is used cannot be claimed with another code', async () => {
    const record = callback()
    await claim(record)
    expect(await claim(callback({ stateHash: record.stateHash }))).toBe(false)
    expect(await store().read.callbacks.find(record.stateHash)).toEqual(record)
  })

  test('a code that is used cannot be claimed with another state', async () => {
    const record = callback()
    await claim(record)
    expect(await claim(callback({ codeHash: record.codeHash }))).toBe(false)
  })

  test('states that brought no code do not stand in each other’s way', async () => {
    expect(await claim(callback({ codeHash: null }))).toBe(true)
    expect(await claim(callback({ codeHash: null }))).toBe(true)
  })

  test('of fifty arrivals of one state, and of fifty of one code, exactly one may talk to WeChat', async () => {
    const [stateHash, codeHash] = [unique('state'), unique('code')]
    const sameState = await Promise.all(Array.from({ length: 50 }, () => claim(callback({ stateHash }))))
    const sameCode = await Promise.all(Array.from({ length: 50 }, () => claim(callback({ codeHash }))))
    expect(sameState.filter(Boolean)).toHaveLength(1)
    expect(sameCode.filter(Boolean)).toHaveLength(1)
  })

  test('the first outcome stays', async () => {
    const record = callback()
    await claim(record)
    const finish = (outcome: CallbackRecord['outcome'] & object) =>
      store().write((tx) => tx.callbacks.finish(record.stateHash, outcome))
    expect(await finish({ status: 'failed', reason: 'code_rejected' })).toBe(true)
    expect(await finish({ status: 'confirmed', reason: null })).toBe(false)
    expect((await store().read.callbacks.find(record.stateHash))?.outcome).toEqual({
      status: 'failed',
      reason: 'code_rejected',
    })
  })

  test('an outcome without a reason comes back as it was, and an unknown state has none to set', async () => {
    const record = callback({ outcome: { status: 'scanned', reason: null } })
    await claim(record)
    expect(await store().read.callbacks.find(record.stateHash)).toEqual(record)
    const finished = await store().write((tx) =>
      tx.callbacks.finish('unknown', { status: 'failed', reason: 'interrupted' }),
    )
    expect(finished).toBe(false)
  })

  test('unfinished are those without an outcome that started by then', async () => {
    const old = callback({ startedAt: NOW - 20_000 })
    const edge = callback({ startedAt: NOW - 15_000 })
    const young = callback({ startedAt: NOW - 14_999 })
    const done = callback({ startedAt: NOW - 30_000, outcome: { status: 'failed', reason: 'interrupted' } })
    for (const record of [old, edge, young, done]) await claim(record)
    const unfinished = await store().write((tx) => tx.callbacks.unfinished(NOW - 15_000))
    expect(unfinished).toEqual([old, edge])
  })
}
