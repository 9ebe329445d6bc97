import { expect, test } from 'vitest'
import type { Store } from '#server/core/ports.js'
import { account, MINUTE, NOW, unique } from './records.js'

export function operatorContract(store: () => Store): void {
  const stored = async () => {
    const record = account()
    await store().write((tx) => tx.accounts.insert(record))
    return record.id
  }
  const has = (id: string) => store().read.operators.has(id)
  const grant = (accountId: string, grantedBy: string | null = null) =>
    store().write((tx) => tx.operators.grant({ accountId, grantedAt: NOW, grantedBy }))
  const put = (hash: string, expiresAt = NOW + MINUTE) =>
    store().write((tx) => tx.operators.putCode({ hash, expiresAt }, NOW))
  const use = (hash: string, now = NOW) => store().write((tx) => tx.operators.useCode(hash, now))

  test('a role is given once, seen in and after its transaction, and taken', async () => {
    const [id, other] = [await stored(), await stored()]
    const within = await store().write(async (tx) => {
      const given = await tx.operators.grant({ accountId: id, grantedAt: NOW, grantedBy: other })
      return [given, await tx.operators.has(id)]
    })
    expect(within).toEqual([true, true])
    expect(await grant(id)).toBe(false)
    expect([await has(id), await has(other), await has('acc_unknown')]).toEqual([true, false, false])
    expect(await store().read.operators.list()).toContainEqual({ accountId: id, grantedAt: NOW, grantedBy: other })
    expect(await store().write((tx) => tx.operators.revoke([other, id]))).toBe(true)
    expect(await store().write((tx) => tx.operators.revoke([other, id]))).toBe(false)
    expect(await has(id)).toBe(false)
  })

  test('a role follows a merge to its survivor, and goes back when that is undone', async () => {
    const [operator, survivor] = [await stored(), await stored()]
    await grant(operator)
    await store().write((tx) => tx.accounts.bury(operator, survivor))
    expect(await has(survivor)).toBe(true)
    await store().write((tx) => tx.accounts.revive(operator, 'active'))
    expect([await has(operator), await has(survivor)]).toEqual([true, false])
  })

  test('two who each take the role from the other while the other has it: one keeps it, thirty times', async () => {
    for (let round = 0; round < 30; round++) {
      const pair = [await stored(), await stored()]
      for (const id of pair) await grant(id)
      const revoked = await Promise.all(
        pair.map((id) =>
          store().write(async (tx) => {
            const held = await tx.operators.hold()
            if (held.filter(({ accountId }) => pair.includes(accountId)).length < 2) return false
            return tx.operators.revoke([id])
          }),
        ),
      )
      expect(revoked.toSorted()).toEqual([false, true])
    }
  })

  test('ids that differ in case are different accounts', async () => {
    const id = unique('acc_Ab')
    await grant(id)
    expect([await has(id), await has(id.toLowerCase())]).toEqual([true, false])
  })

  test('a code is good until its time, and once', async () => {
    const [early, late] = [unique('code'), unique('code')]
    await put(early, NOW + 1)
    await put(late)
    expect(await store().read.operators.codes(NOW)).toEqual(expect.arrayContaining([early, late]))
    expect(await store().read.operators.codes(NOW + 1)).not.toContain(early)
    expect(await use(early, NOW + 1)).toBe(false)
    expect(await use(unique('code'))).toBe(false)
    expect(await use(late)).toBe(true)
    expect(await use(late)).toBe(false)
  })

  test('a code that is used takes every other one with it', async () => {
    const [one, other] = [unique('code'), unique('code')]
    await put(one)
    await put(other)
    expect(await use(one)).toBe(true)
    expect(await store().read.operators.codes(NOW)).toEqual([])
    expect(await use(other)).toBe(false)
  })

  test('of twenty who use one code at the same time, one has it', async () => {
    const code = unique('code')
    await put(code)
    const used = await Promise.all(Array.from({ length: 20 }, () => use(code)))
    expect(used.filter(Boolean)).toHaveLength(1)
  })

  test('what is rolled back gives no role and uses no code', async () => {
    const [id, code] = [await stored(), unique('code')]
    await put(code)
    const failing = store().write(async (tx) => {
      await tx.operators.useCode(code, NOW)
      await tx.operators.grant({ accountId: id, grantedAt: NOW, grantedBy: null })
      throw new Error('on second thoughts')
    })
    await expect(failing).rejects.toThrow('on second thoughts')
    expect(await has(id)).toBe(false)
    expect(await use(code)).toBe(true)
  })
}
