import { expect, test } from 'vitest'
import type { IdentityRecord, MergeRecord, Openid, Store, Unionid } from '#server/core/ports.js'
import { account, identity, merge, NOW, openid, session, unionid, unique } from './records.js'

export function identityContract(store: () => Store): void {
  const read = () => store().read.identities
  const newAccount = async () => {
    const { id } = account()
    await store().write((tx) => tx.accounts.insert(account({ id })))
    return id
  }
  const insert = (record: IdentityRecord) => store().write((tx) => tx.identities.insert(record))
  const claim = (platform: string, value: Unionid, accountId: string) =>
    store().write((tx) => tx.identities.claimUnionid(platform, value, accountId))

  test('an identity comes back as it was given, and is of its app alone', async () => {
    const record = identity(await newAccount(), { unionid: unionid(), unionidAt: NOW + 2, lastUsedAt: NOW + 3 })
    expect(await insert(record)).toBe(true)
    expect(await read().find(record.appid, record.openid)).toEqual(record)
    expect(await read().find('wx0000000000000002', record.openid)).toBeNull()
  })

  test('an openid that is taken stays with its account', async () => {
    const record = identity(await newAccount())
    await insert(record)
    expect(await insert({ ...record, accountId: await newAccount() })).toBe(false)
    expect(await read().find(record.appid, record.openid)).toEqual(record)
  })

  test('an identity of an account that is not there is refused', async () => {
    await expect(insert(identity('acc_unknown'))).rejects.toThrow()
  })

  test('case-or-space twins: openids and unionids that differ only so are different people', async () => {
    const [one, two] = [await newAccount(), await newAccount()]
    const [name, person] = [unique('oAbC'), unique('uAbC')]
    expect(await insert(identity(one, { openid: openid(name) }))).toBe(true)
    expect(await insert(identity(two, { openid: openid(name.toLowerCase()) }))).toBe(true)
    expect(await insert(identity(two, { openid: openid(`${name} `) }))).toBe(true)
    expect((await read().find('wx0000000000000001', openid(name)))?.accountId).toBe(one)
    expect(await claim('main', unionid(person), one)).toBe(true)
    expect(await claim('main', unionid(person.toLowerCase()), two)).toBe(true)
    expect(await read().accountOfUnionid('main', unionid(person))).toBe(one)
    expect(await read().accountOfUnionid('main', unionid(`${person} `))).toBeNull()
  })

  test('namespace confusion: one unionid in two Open Platform accounts means two people', async () => {
    const [one, two, value] = [await newAccount(), await newAccount(), unionid()]
    expect(await claim('main', value, one)).toBe(true)
    expect(await claim('other', value, two)).toBe(true)
    expect(await read().accountOfUnionid('main', value)).toBe(one)
    expect(await read().accountOfUnionid('other', value)).toBe(two)
    expect(await read().accountOfUnionid('third', value)).toBeNull()
  })

  test('an account holds at most one unionid in a namespace, and a unionid at most one account', async () => {
    const [one, two, value] = [await newAccount(), await newAccount(), unionid()]
    expect(await read().unionidOfAccount('main', one)).toBeNull()
    expect(await claim('main', value, one)).toBe(true)
    expect(await claim('main', value, one)).toBe(false)
    expect(await claim('main', value, two)).toBe(false)
    expect(await claim('main', unionid(), one)).toBe(false)
    expect(await read().unionidOfAccount('main', one)).toBe(value)
  })

  test('fifty first logins of one person race: exactly one account gets the unionid', async () => {
    const value = unionid()
    const accounts = await Promise.all(Array.from({ length: 50 }, newAccount))
    const won = await Promise.all(accounts.map((id) => claim('main', value, id)))
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await read().accountOfUnionid('main', value)).toBe(accounts[won.indexOf(true)])
  })

  test('a use moves the time forward only, and sets a unionid only where there was none', async () => {
    const record = identity(await newAccount())
    await insert(record)
    const touch = (at: number, value: Unionid | null) =>
      store().write((tx) =>
        tx.identities.touch(record.appid, record.openid, at, value && { platform: 'later', unionid: value }),
      )
    const [first, second] = [unionid(), unionid()]
    await touch(NOW + 10, null)
    expect(await read().find(record.appid, record.openid)).toEqual({ ...record, lastUsedAt: NOW + 10 })
    await touch(NOW + 5, first)
    await touch(NOW + 6, second)
    await touch(NOW + 7, null)
    const after = await read().find(record.appid, record.openid)
    expect(after).toEqual({ ...record, lastUsedAt: NOW + 10, unionid: first, unionidAt: NOW + 5, platform: 'later' })
  })

  test('an account lists its identities, oldest first', async () => {
    const id = await newAccount()
    const [late, early] = [identity(id, { createdAt: NOW + 1 }), identity(id, { createdAt: NOW - 1 })]
    await insert(late)
    await insert(early)
    expect(await read().ofAccount(id)).toEqual([early, late])
  })

  test('moving takes identities, unionids and living sessions, says so, and leaves the rest', async () => {
    const [from, to, bystander] = [await newAccount(), await newAccount(), await newAccount()]
    const [moved, stays] = [identity(from), identity(bystander)]
    const value = unionid()
    const [living, expired, ended] = [session(from), session(from, { expiresAt: NOW }), session(from)]
    await store().write(async (tx) => {
      for (const record of [moved, stays]) await tx.identities.insert(record)
      await tx.identities.claimUnionid('main', value, from)
      for (const record of [living, expired, ended]) await tx.sessions.insert(record)
      await tx.sessions.end(ended.id, NOW)
    })
    const report = await store().write((tx) => tx.identities.moveAll(from, to))
    expect(report).toEqual({
      identities: [{ appid: moved.appid, openid: moved.openid }],
      unionids: [{ platform: 'main', unionid: value }],
      sessions: [living.id],
    })
    expect(await read().ofAccount(to)).toEqual([{ ...moved, accountId: to }])
    expect(await read().ofAccount(from)).toEqual([])
    expect(await read().ofAccount(bystander)).toEqual([stays])
    expect(await read().accountOfUnionid('main', value)).toBe(to)
    expect(await store().read.sessions.ofAccount(to, NOW)).toEqual([
      { ...living, accountId: to, renewal: { due: true, previousHash: null, takenAt: null } },
    ])
    expect(await store().read.sessions.find(ended.hash, NOW)).toBeNull()
  })

  test('moving two unionids of one namespace onto one account is refused whole', async () => {
    const [from, to] = [await newAccount(), await newAccount()]
    const record = identity(from)
    await insert(record)
    await claim('main', unionid(), from)
    await claim('main', unionid(), to)
    await expect(store().write((tx) => tx.identities.moveAll(from, to))).rejects.toThrow()
    expect(await read().ofAccount(from)).toEqual([record])
  })

  test('moving from an account that has nothing moves nothing', async () => {
    const [from, to] = [await newAccount(), await newAccount()]
    const report = await store().write((tx) => tx.identities.moveAll(from, to))
    expect(report).toEqual({ identities: [], unionids: [], sessions: [] })
  })

  const log = (record: MergeRecord) => store().write((tx) => tx.identities.logMerge(record))

  test('two accounts are kept apart, in either order, once their merge was undone', async () => {
    const [one, two, three] = [await newAccount(), await newAccount(), await newAccount()]
    await log(merge(one, two))
    expect(await read().keptApart(one, two)).toBe(false)
    const identities = [{ appid: 'wx1', openid: 'o' as Openid }]
    await log(merge(one, two, { identities, sessions: ['ses_1'], undoneAt: NOW }))
    expect(await read().keptApart(one, two)).toBe(true)
    expect(await read().keptApart(two, one)).toBe(true)
    expect(await read().keptApart(one, three)).toBe(false)
    expect(await read().keptApart(one, one)).toBe(false)
  })

  test('what was kept apart stays so after one of the two was merged into a third', async () => {
    const [one, two, third] = [await newAccount(), await newAccount(), await newAccount()]
    await log(merge(one, two, { undoneAt: NOW }))
    await store().write((tx) => tx.accounts.bury(two, third))
    expect(await read().keptApart(one, third)).toBe(true)
    expect(await read().keptApart(third, one)).toBe(true)
  })
}
