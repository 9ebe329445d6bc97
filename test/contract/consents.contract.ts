import { expect, test } from 'vitest'
import type { ConsentRecord, Store } from '#server/core/ports.js'
import { account, NOW, unique } from './records.js'

export function consentContract(store: () => Store): void {
  const person = async () => {
    const record = account()
    await store().write((tx) => tx.accounts.insert(record))
    return record.id
  }
  const consent = (accountId: string, overrides: Partial<ConsentRecord> = {}): ConsentRecord => ({
    ...{ accountId, version: 'v1', givenAt: NOW, method: 'relay', appKey: 'mp' },
    ...overrides,
  })
  const give = (record: ConsentRecord) => store().write((tx) => tx.consents.insert(record))

  test('a consent comes back whole, in and after its transaction, and in that of the account itself', async () => {
    const record = account()
    const given = consent(record.id, { method: 'mini-program', appKey: 'mini', version: '2026-11_01.a' })
    const within = await store().write(async (tx) => {
      await tx.accounts.insert(record)
      await tx.consents.insert(given)
      return [await tx.consents.given(record.id, given.version), await tx.consents.ofAccount(record.id)]
    })
    expect(within).toEqual([true, [given]])
    expect(await store().read.consents.ofAccount(record.id)).toEqual([given])
    expect(await store().read.consents.given(record.id, given.version)).toBe(true)
  })

  test('it counts for its own version, byte by byte, and for its own account', async () => {
    const [one, other] = [await person(), await person()]
    await give(consent(one, { version: 'Terms-A' }))
    const { given } = store().read.consents
    expect(await given(one, 'Terms-A')).toBe(true)
    for (const version of ['terms-a', 'Terms-A ', 'Terms-', '']) expect(await given(one, version)).toBe(false)
    expect(await given(other, 'Terms-A')).toBe(false)
    expect(await given(unique('acc'), 'Terms-A')).toBe(false)
  })

  test('the first time stands, however often and from wherever it is given again', async () => {
    const id = await person()
    await give(consent(id))
    const later = Array.from({ length: 20 }, (_, i) => consent(id, { givenAt: NOW + 1 + i, method: 'website' }))
    await Promise.all(later.map(give))
    expect(await store().read.consents.ofAccount(id)).toEqual([consent(id)])
  })

  test('what an account that was merged away has agreed to is the survivor’s, and not the other way round', async () => {
    const [survivor, loser] = [await person(), await person()]
    await give(consent(loser))
    await give(consent(survivor, { version: 'v2', givenAt: NOW + 1 }))
    await store().write((tx) => tx.accounts.bury(loser, survivor))
    const { given, ofAccount } = store().read.consents
    expect([await given(survivor, 'v1'), await given(survivor, 'v2')]).toEqual([true, true])
    expect([await given(loser, 'v1'), await given(loser, 'v2')]).toEqual([true, false])
    expect((await ofAccount(survivor)).map(({ version }) => version)).toEqual(['v2', 'v1'])
  })

  test('with these accounts all of theirs goes, and nobody else’s', async () => {
    const [one, other, third] = [await person(), await person(), await person()]
    for (const id of [one, other, third]) await give(consent(id))
    await store().write((tx) => tx.consents.drop([one, other]))
    const left = await Promise.all([one, other, third].map((id) => store().read.consents.given(id, 'v1')))
    expect(left).toEqual([false, false, true])
  })

  test('what is rolled back was never given', async () => {
    const id = await person()
    const failing = store().write(async (tx) => {
      await tx.consents.insert(consent(id))
      throw new Error('on second thoughts')
    })
    await expect(failing).rejects.toThrow('on second thoughts')
    expect(await store().read.consents.given(id, 'v1')).toBe(false)
  })
}
