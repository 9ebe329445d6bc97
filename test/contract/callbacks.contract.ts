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

  test('unfinished are those without an outcome, oldest first', async () => {
    const young = callback({ startedAt: NOW + 1 })
    const old = callback({ startedAt: NOW - 20_000 })
    const done = callback({ startedAt: NOW - 30_000, outcome: { status: 'failed', reason: 'interrupted' } })
    for (const record of [young, old, done]) await claim(record)
    const ours = [young, old, done].map(({ stateHash }) => stateHash)
    const unfinished = await store().read.callbacks.unfinished()
    expect(unfinished.filter(({ stateHash }) => ours.includes(stateHash))).toEqual([old, young])
  })

  test('a use is overtaken by another one of the same ticket that began no earlier', async () => {
    const ticketId = unique('tkt')
    const [first, second] = [callback({ ticketId, startedAt: NOW }), callback({ ticketId, startedAt: NOW + 1 })]
    const overtaken = () => Promise.all([first, second].map((record) => store().read.callbacks.overtaken(record)))
    await claim(first)
    expect(await overtaken()).toEqual([false, false])
    await claim(second)
    await claim(callback({ ticketId: unique('tkt'), startedAt: NOW + 2 }))
    expect(await overtaken()).toEqual([true, false])
  })

  test('a beat grows for those that are named, and for no others', async () => {
    const [one, two, other] = [callback(), callback(), callback({ beat: 5 })]
    for (const record of [one, two, other]) await claim(record)
    const beats = async () => {
      const found = await Promise.all([one, two, other].map(({ stateHash }) => store().read.callbacks.find(stateHash)))
      return found.map((record) => record?.beat)
    }
    expect(await beats()).toEqual([0, 0, 5])
    await store().write((tx) => tx.callbacks.beat([one.stateHash, two.stateHash]))
    await store().write((tx) => tx.callbacks.beat([one.stateHash]))
    await store().write((tx) => tx.callbacks.beat([]))
    expect(await beats()).toEqual([2, 1, 5])
  })
}
