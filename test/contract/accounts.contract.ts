import { expect, test } from 'vitest'
import type { AccountRecord, Store } from '#server/core/ports.js'
import { account, NOW, unique } from './records.js'

export function accountContract(store: () => Store): void {
  const stored = async (overrides: Partial<AccountRecord> = {}) => {
    const record = account(overrides)
    await store().write((tx) => tx.accounts.insert(record))
    return record
  }
  const find = (id: string) => store().read.accounts.find(id)
  const bury = (loserId: string, survivorId: string) => store().write((tx) => tx.accounts.bury(loserId, survivorId))

  test('every column comes back as it was given', async () => {
    const record = await stored({
      status: 'disabled',
      nickname: '𠮷 👩🏽‍🚀',
      avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/x/132',
      nicknameSource: 'pc',
      nicknameAt: NOW + 5,
      avatarSource: 'mp',
      avatarAt: NOW + 4,
    })
    expect(await find(record.id)).toEqual(record)
    expect(await find('acc_unknown')).toBeNull()
  })

  test('a NUL in a name, which not every database can hold, is left out on all of them', async () => {
    const record = await stored({ nickname: 'a\0b', avatarUrl: '\0' })
    expect(await find(record.id)).toEqual({ ...record, nickname: 'ab', avatarUrl: '' })
    await store().write((tx) => tx.accounts.setProfile(record.id, { ...record, nickname: '\0c\0', avatarUrl: 'u\0' }))
    expect(await find(record.id)).toMatchObject({ nickname: 'c', avatarUrl: 'u' })
  })

  test('an id that is taken is refused with an error', async () => {
    const record = await stored()
    await expect(stored({ id: record.id, nickname: 'thief' })).rejects.toThrow()
    expect(await find(record.id)).toEqual(record)
  })

  test('a profile is set with its source and time', async () => {
    const record = await stored()
    const expected = {
      ...record,
      nickname: '韩梅梅',
      avatarUrl: 'u',
      nicknameSource: 'mp',
      nicknameAt: NOW + 9,
      avatarSource: 'pc',
      avatarAt: NOW + 8,
    }
    await store().write((tx) => tx.accounts.setProfile(record.id, expected))
    expect(await find(record.id)).toEqual(expected)
  })

  test('accounts are found by how their names begin, character by character, tombstones left out', async () => {
    const mark = unique('名')
    const names = ['乙', '甲', '', '𠮷', '%', 'a'].map((ending) => `${mark}${ending}`)
    for (const nickname of [...names, `x${mark}`]) await stored({ nickname })
    const [grave, survivor] = [await stored({ nickname: `${mark}丙` }), await stored()]
    await bury(grave.id, survivor.id)
    const named = async (prefix: string, limit = 20) =>
      (await store().read.accounts.named(prefix, limit)).map(({ nickname }) => nickname)
    expect(await named(mark)).toEqual(['', '%', 'a', '乙', '甲', '𠮷'].map((ending) => `${mark}${ending}`))
    expect(await named(mark, 2)).toEqual([mark, `${mark}%`])
    expect(await named(`${mark}%`)).toEqual([`${mark}%`])
    expect(await named(`${mark}A`)).toEqual([])
    expect(await named(`${mark}𠮷`)).toEqual([`${mark}𠮷`])
    expect(await named(unique('nobody'))).toEqual([])
  })

  test('a buried account is a tombstone that names its survivor', async () => {
    const [loser, survivor] = [await stored({ nickname: 'kept' }), await stored()]
    await bury(loser.id, survivor.id)
    expect(await find(loser.id)).toEqual({ ...loser, status: 'merged', mergedInto: survivor.id })
    expect(await find(survivor.id)).toEqual(survivor)
  })

  test('tombstones never form a chain: earlier ones follow their survivor', async () => {
    const [first, second, third, fourth] = [await stored(), await stored(), await stored(), await stored()]
    await bury(first.id, second.id)
    await bury(second.id, third.id)
    await bury(third.id, fourth.id)
    for (const { id } of [first, second, third]) expect((await find(id))?.mergedInto).toBe(fourth.id)
  })

  test('an account cannot be buried twice, under itself, under a tombstone or under nobody', async () => {
    const [loser, survivor, other] = [await stored(), await stored(), await stored()]
    await bury(loser.id, survivor.id)
    await expect(bury(loser.id, other.id)).rejects.toThrow()
    await expect(bury(other.id, other.id)).rejects.toThrow()
    await expect(bury(other.id, loser.id)).rejects.toThrow()
    await expect(bury(other.id, 'acc_unknown')).rejects.toThrow()
    await expect(bury('acc_unknown', other.id)).rejects.toThrow()
    expect((await find(loser.id))?.mergedInto).toBe(survivor.id)
    expect(await find(other.id)).toEqual(other)
  })

  test('whoever holds an account lets others change it only afterwards', async () => {
    const [one, two] = [await stored(), await stored()]
    const order: string[] = []
    let held = () => {}
    const holds = new Promise<void>((resolve) => {
      held = resolve
    })
    const first = store().write(async (tx) => {
      await tx.accounts.lock([two.id, one.id])
      held()
      await new Promise((resolve) => setTimeout(resolve, 100))
      order.push('first')
    })
    await holds
    const second = store().write(async (tx) => {
      await tx.accounts.lock([one.id, two.id])
      order.push('second')
    })
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
  })

  test('two merges in opposite directions leave exactly one survivor', async () => {
    const [one, two] = [await stored(), await stored()]
    const results = await Promise.allSettled([bury(one.id, two.id), bury(two.id, one.id)])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const statuses = [(await find(one.id))?.status, (await find(two.id))?.status]
    expect(statuses.toSorted()).toEqual(['active', 'merged'])
  })
}
