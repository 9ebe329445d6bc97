import { expect, test } from 'vitest'
import { operator, person, WECHAT } from '#server/core/audit.js'
import type { NewEntry, Store } from '#server/core/ports.js'
import { NOW, unique } from './records.js'

const CHROME = person({ browser: 'Chrome 140', os: 'Windows 10/11', address: '2001:db8::1', place: 'Shanghai' })

export function auditContract(store: () => Store): void {
  const append = (...entries: NewEntry[]) =>
    store().write(async (tx) => {
      for (const entry of entries) await tx.audit.append(entry)
    })
  const of = (...ids: string[]) => store().read.audit.ofAccounts(ids, 100)
  const login = (accountId: string, at = NOW): NewEntry => ({ at, act: 'login', who: CHROME, accountId })

  test('an entry comes back whole, in and after its transaction', async () => {
    const accountId = unique('acc')
    const entry = {
      at: NOW,
      act: 'login',
      accountId,
      method: 'mini-program',
      appKey: 'mini',
      subject: 'ses_1',
    } as const
    const stored = {
      ...{ ...entry, actor: 'person', actorName: null, reason: null },
      ...{ address: '2001:db8::1', browser: 'Chrome 140', os: 'Windows 10/11' },
    }
    const within = await store().write(async (tx) => {
      await tx.audit.append({ ...entry, who: CHROME })
      return tx.audit.ofAccounts([accountId], 100)
    })
    expect(within).toEqual([stored])
    expect(await of(accountId)).toEqual([stored])
  })

  test('an entry may be about nobody who is known, by WeChat or by an operator of any name', async () => {
    const reason = unique('why')
    const name = 'олга 奥尔加 \' " $1 %s'
    await append(
      { at: NOW, act: 'notice_taken', who: WECHAT, reason },
      { at: NOW, act: 'enabled', who: operator(name) },
    )
    const [second, first] = await store().read.audit.latest(2)
    expect(first).toMatchObject({ actor: 'wechat', actorName: null, accountId: null, address: null, reason })
    expect(second).toMatchObject({ actor: 'operator', actorName: name })
  })

  test('the newest come first; of the same millisecond the one that was written last', async () => {
    const id = unique('acc')
    const reasons = ['c', 'a', 'b']
    await append(...reasons.map((reason) => ({ ...login(id), reason })), { ...login(id, NOW - 1), reason: 'old' })
    expect((await of(id)).map(({ reason }) => reason)).toEqual(['b', 'a', 'c', 'old'])
    expect((await store().read.audit.ofAccounts([id], 2)).map(({ reason }) => reason)).toEqual(['b', 'a'])
  })

  test('logins are told from all else that happened', async () => {
    const id = unique('acc')
    const other = { ...login(id, NOW + 1), act: 'exported' } as const
    await append(login(id, NOW), other, login(id, NOW + 2), login(unique('acc'), NOW + 3))
    const { audit } = store().read
    expect((await audit.loginsOf([id], 100)).map(({ at }) => at)).toEqual([NOW + 2, NOW])
    expect((await audit.loginsOf([id], 1)).map(({ at }) => at)).toEqual([NOW + 2])
    expect(await audit.loginsOf([], 1)).toEqual([])
  })

  test('several accounts are asked about at once; none is nobody’s', async () => {
    const ids = [unique('acc'), unique('acc')]
    for (const id of ids) await append(login(id))
    expect((await of(...ids)).map(({ accountId }) => accountId)).toEqual(ids.toReversed())
    expect(await of()).toEqual([])
    expect(await of(unique('acc'))).toEqual([])
  })

  test('ids that differ in case or in a trailing space are different accounts', async () => {
    const id = unique('acc_Ab')
    const variants = [id, id.toLowerCase(), `${id} `]
    for (const variant of variants) await append(login(variant))
    for (const variant of variants) expect((await of(variant)).map(({ accountId }) => accountId)).toEqual([variant])
  })

  test('page by page, from the first entry on, each comes once and in order', async () => {
    const id = unique('acc')
    await append(...Array.from({ length: 5 }, (_, index) => ({ ...login(id, NOW - index), reason: `${index}` })))
    const seen: (string | null)[] = []
    for (let after: number | null = 0; after !== null; ) {
      const { entries, last }: { entries: { accountId: string | null; reason: string | null }[]; last: number | null } =
        await store().read.audit.page(3, after)
      expect(entries.length).toBeLessThanOrEqual(3)
      seen.push(...entries.filter(({ accountId }) => accountId === id).map(({ reason }) => reason))
      after = last
    }
    expect(seen).toEqual(['0', '1', '2', '3', '4'])
  })

  test('what is rolled back never happened', async () => {
    const id = unique('acc')
    const failing = store().write(async (tx) => {
      await tx.audit.append(login(id))
      throw new Error('on second thoughts')
    })
    await expect(failing).rejects.toThrow('on second thoughts')
    expect(await of(id)).toEqual([])
  })

  test('machines are forgotten of the accounts named and of no others; that something happened stays', async () => {
    const [mine, old, other] = [unique('acc'), unique('acc'), unique('acc')]
    for (const id of [mine, old, other]) await append({ ...login(id), subject: `ses_of_${id}` })
    await store().write((tx) => tx.audit.forgetMachines([mine, old]))
    for (const id of [mine, old]) {
      const blank = { address: null, browser: null, os: null }
      expect(await of(id)).toMatchObject([{ act: 'login', at: NOW, subject: `ses_of_${id}`, ...blank }])
    }
    expect(await of(other)).toMatchObject([{ address: '2001:db8::1', browser: 'Chrome 140' }])
  })

  test('tampering: the port has no way to change or delete an entry', async () => {
    const ways = await store().write(async (tx) => Object.keys(tx.audit).toSorted())
    expect(ways).toEqual(['append', 'forgetMachines', 'latest', 'loginsOf', 'ofAccounts', 'page'])
  })

  test('fifty at the same time are fifty', async () => {
    const id = unique('acc')
    await Promise.all(Array.from({ length: 50 }, (_, index) => append(login(id, NOW + index))))
    expect((await of(id)).map(({ at }) => at - NOW)).toEqual(Array.from({ length: 50 }, (_, index) => 49 - index))
  })
}
