// What an undone merge leaves where: each thing belongs to whom it can be shown to belong to, and what nobody can show
// to be anybody's lets nobody in.
import { describe, expect, test } from 'vitest'
import { holdAccount } from '#server/core/account/account.js'
import { disableAccount } from '#server/core/account/operate.js'
import { undoMerge } from '#server/core/identity/undo-merge.js'
import type { Openid } from '#server/core/ports.js'
import { inTransaction } from '#server/core/transaction.js'
import { ticket } from '../../contract/records.js'
import { onEveryDatabase } from '../every-database.js'
import { disagreements } from './agreement.js'
import { DOORS, type Door } from './people.js'

onEveryDatabase('an undone merge', (office) => {
  const read = () => office().store.read
  const enter: ReturnType<typeof office>['desk']['enter'] = (...visit) => office().desk.enter(...visit)
  const account = (id: string) => read().accounts.find(id)
  const identity = (door: Door, openid: string) => read().identities.find(DOORS[door].appid, openid as Openid)
  const ownerOf = async (door: Door, openid: string) => (await identity(door, openid))?.accountId
  const undo = async (loser: string) => {
    const merge = (await read().identities.merges(loser)).find((one) => one.loserId === loser && one.undoneAt === null)
    if (!merge) throw new Error('nothing was merged')
    office().time.advance(1000)
    return undoMerge(office().store, merge.id, office().time.clock())
  }
  const agree = async () => expect(await disagreements(office().rows)).toEqual([])
  /** `NAME-mp` came first and without a unionid, then `NAME-pc` with one; then mp was told the same one. */
  const joined = async (name: string, faces: { older?: string; younger?: string } = {}) => {
    const face = (nickname?: string) =>
      nickname === undefined ? undefined : { nickname, avatarUrl: `${nickname}.png` }
    const older = await enter('mp', `${name}-mp`, undefined, face(faces.older))
    const younger = await enter('pc', `${name}-pc`, name, face(faces.younger))
    expect(await enter('mp', `${name}-mp`, name)).toBe(older)
    return { older, younger }
  }

  describe('whose an identity is', () => {
    test('one linked since by the unionid that goes back goes with it', async () => {
      const { older, younger } = await joined('a1')
      expect(await enter('app', 'a1-app', 'a1')).toBe(older)
      await undo(younger)
      expect(await ownerOf('app', 'a1-app')).toBe(younger)
      expect(await identity('app', 'a1-app')).toMatchObject({ unionid: 'a1' })
      expect(await ownerOf('mp', 'a1-mp')).toBe(older)
      expect(await enter('app', 'a1-app', 'a1')).toBe(younger)
      await agree()
    })

    test('one that the survivor had before stays, and forgets the unionid it was told since', async () => {
      const older = await enter('mp', 'a2-mp')
      await office().desk.tie(older, 'mini', 'a2-mini')
      const younger = await enter('pc', 'a2-pc', 'a2')
      await enter('mp', 'a2-mp', 'a2')
      expect(await enter('mini', 'a2-mini', 'a2')).toBe(older)
      await undo(younger)
      for (const door of ['mp', 'mini'] as const) {
        expect(await identity(door, `a2-${door}`)).toMatchObject({ accountId: older, unionid: null })
      }
      await agree()
    })

    test('one of the loser stays the loser’s, with what it learnt in another namespace since', async () => {
      const older = await enter('mp', 'a3-mp')
      const younger = await enter('pc', 'a3-pc', 'a3')
      await office().desk.tie(younger, 'far', 'a3-far')
      await enter('mp', 'a3-mp', 'a3')
      expect(await enter('far', 'a3-far', 'a3-there')).toBe(older)
      await undo(younger)
      expect(await identity('far', 'a3-far')).toMatchObject({ accountId: younger, unionid: 'a3-there' })
      expect(await read().identities.accountOfUnionid('far', 'a3-there' as never)).toBe(younger)
      await agree()
    })

    test('one linked since by a unionid that the survivor had before stays', async () => {
      const older = await enter('mp', 'a4-mp')
      await office().desk.tie(older, 'far', 'a4-far', 'a4-there')
      const younger = await enter('pc', 'a4-pc', 'a4')
      await enter('mp', 'a4-mp', 'a4')
      await office().store.write((tx) =>
        tx.identities.insert({
          ...{ appid: 'wx-far2', openid: 'a4-far2' as Openid, platform: 'far', unionid: 'a4-there' as never },
          ...{ accountId: older, createdAt: office().time.clock(), lastUsedAt: office().time.clock(), unionidAt: 1 },
        }),
      )
      await undo(younger)
      expect((await read().identities.find('wx-far2', 'a4-far2' as Openid))?.accountId).toBe(older)
      await agree()
    })

    test('one that came since and knows no unionid any more is nobody’s: it goes, and is found anew', async () => {
      const { older, younger } = await joined('a5')
      expect(await enter('app', 'a5-app', 'a5')).toBe(older)
      await office().store.write((tx) => tx.identities.forgetUnionid(DOORS.app.appid, 'a5-app' as Openid))
      await undo(younger)
      expect(await identity('app', 'a5-app')).toBeNull()
      expect(await enter('app', 'a5-app', 'a5')).toBe(younger)
      await agree()
    })

    test('a proof made before the merge and linked after it goes with its unionid', async () => {
      const { older, younger } = await joined('a6')
      const [merge] = await read().identities.merges(younger)
      const proof = {
        ...{ ...DOORS.app, openid: 'a6-app' as Openid, unionid: 'a6' as never, profile: null },
        provedAt: Number(merge?.mergedAt) - 60_000,
      }
      expect(await office().desk.sign(proof)).toMatchObject({ ok: true, accountId: older })
      await undo(younger)
      expect(await ownerOf('app', 'a6-app')).toBe(younger)
      await agree()
    })
  })

  test('is refused while a later merge rests on what it would take away, and says which', async () => {
    const { older, younger } = await joined('b1')
    const third = await enter('app', 'b1-app')
    expect(await enter('app', 'b1-app', 'b1')).toBe(older)
    const [later] = await read().identities.merges(third)
    await expect(undo(younger)).rejects.toThrow(`${later?.id}`)
    await agree()
    await undo(third)
    await undo(younger)
    expect(await account(third)).toMatchObject({ status: 'active' })
    expect(await ownerOf('app', 'b1-app')).toBe(third)
    await agree()
  })

  test('is refused when nothing is left of what it moved', async () => {
    const { younger } = await joined('b2')
    await office().store.write((tx) => tx.identities.remove(DOORS.pc.appid, 'b2-pc' as Openid))
    await expect(undo(younger)).rejects.toThrow(/Nothing is left/)
    expect(await account(younger)).toMatchObject({ status: 'merged' })
  })

  describe('who is let in', () => {
    test('a login confirmed since and not yet collected ends: it could be the other person’s', async () => {
      const { older, younger } = await joined('c1')
      const confirmed = ticket({ id: 'tkt_c1', status: 'confirmed', accountId: older, expiresAt: 9e15 })
      const own = ticket({ id: 'tkt_c1_own', status: 'confirmed', accountId: younger, expiresAt: 9e15 })
      await office().store.write(async (tx) => {
        await tx.tickets.insert(confirmed)
        await tx.tickets.insert(own)
      })
      const { ended } = await undo(younger)
      expect(ended.tickets.map(({ id, version }) => [id, version])).toEqual([['tkt_c1', 2]])
      expect(await read().tickets.find('tkt_c1')).toMatchObject({ status: 'failed', reason: 'account_changed' })
      expect(await read().tickets.find('tkt_c1_own')).toMatchObject({ status: 'confirmed' })
    })

    test('a session begun since ends, by whichever clock; those of before are whose they were', async () => {
      const older = await enter('mp', 'c2-mp')
      const younger = await enter('pc', 'c2-pc', 'c2')
      const begin = (id: string, accountId: string, createdAt: number) =>
        office().store.write((tx) =>
          tx.sessions.insert({
            ...{ hash: `hash-${id}`, id, accountId, kind: 'browser', method: 'website', appKey: 'pc', renewal: null },
            ...{ device: { browser: '', os: '', address: '', place: null }, createdAt, lastSeenAt: createdAt },
            expiresAt: createdAt + 3_600_000,
          }),
        )
      const now = office().time.clock()
      await begin('ses_c2_old', older, now + 500)
      await begin('ses_c2_young', younger, now)
      await enter('mp', 'c2-mp', 'c2')
      // Another node's clock was behind.
      await begin('ses_c2_since', older, now - 5000)
      expect((await undo(younger)).ended.sessions).toEqual(['ses_c2_since'])
      const living = async (id: string) => (await read().sessions.ofAccount(id, now + 3000)).map((one) => one.id)
      expect([await living(older), await living(younger)]).toEqual([['ses_c2_old'], ['ses_c2_young']])
    })

    test('an account that was disabled since gives a disabled one back', async () => {
      const { older, younger } = await joined('c3')
      await disableAccount(office().store, older, office().time.clock())
      await undo(younger)
      expect(await account(younger)).toMatchObject({ status: 'disabled', mergedInto: null })
      expect(await account(older)).toMatchObject({ status: 'disabled' })
      expect(await office().desk.arrive('pc', 'c3-pc', 'c3')).toMatchObject({ ok: false, reason: 'account_disabled' })
    })
  })

  describe('whose name is shown', () => {
    test('a merge takes name and picture each for itself: no empty or placeholder one over a real one', async () => {
      const older = await enter('mp', 'd1-mp', undefined, { nickname: '', avatarUrl: 'old.png' })
      const younger = await enter('pc', 'd1-pc', 'd1', { nickname: 'Young', avatarUrl: '' })
      const pictured = await account(older)
      await enter('mp', 'd1-mp', 'd1')
      expect(await account(older)).toMatchObject({
        ...{ nickname: 'Young', nicknameSource: 'pc', avatarUrl: 'old.png', avatarSource: 'mp' },
        avatarAt: pictured?.avatarAt,
      })
      await undo(younger)
      expect(await account(older)).toMatchObject({ nickname: '', nicknameSource: null, avatarUrl: 'old.png' })
      expect(await account(younger)).toMatchObject({ nickname: 'Young' })
    })

    test('a placeholder that is stored from earlier times is no name', async () => {
      const older = await office().desk.put('acc_d2', { nickname: '微信用户', nicknameSource: 'mini', nicknameAt: 1 })
      await office().desk.tie(older, 'mini', 'd2-mini')
      await enter('pc', 'd2-pc', 'd2', { nickname: 'Real', avatarUrl: 'real.png' })
      await enter('mini', 'd2-mini', 'd2')
      expect(await account(older)).toMatchObject({ nickname: 'Real', nicknameSource: 'pc', avatarUrl: 'real.png' })
    })

    test('undone, the survivor does not show what the other person was called since', async () => {
      const { older, younger } = await joined('d3', { older: 'Old', younger: 'Young' })
      expect(await account(older)).toMatchObject({ nickname: 'Old' })
      await enter('pc', 'd3-pc', 'd3', { nickname: 'Younger', avatarUrl: 'younger.png' })
      await undo(younger)
      expect(await account(older)).toMatchObject({ nickname: '', avatarUrl: '', nicknameSource: null })
      expect(await account(younger)).toMatchObject({ nickname: 'Young' })
    })
  })

  test('at the same moment as logins, of either: whoever is let in is let into their own', async () => {
    for (let round = 0; round < 10; round += 1) {
      const name = `e${round}`
      const { older, younger } = await joined(name)
      const [, linked] = await Promise.all([
        undo(younger),
        office().desk.arrive('app', `${name}-app`, name),
        office().desk.arrive('mp', `${name}-mp`, name),
      ])
      expect([older, younger]).toContain(linked.ok && linked.accountId)
      expect(await ownerOf('app', `${name}-app`)).toBe(younger)
      expect(await ownerOf('mp', `${name}-mp`)).toBe(older)
      await agree()
    }
  })

  test('at the same moment as what is given to its loser: it goes to the loser, or back with it', async () => {
    const { older, younger } = await joined('f1')
    const held: (string | undefined)[] = []
    await Promise.all([
      undo(younger),
      ...Array.from({ length: 5 }, () =>
        inTransaction(office().store, async (tx) => {
          const account = await holdAccount(tx, younger)
          // While it is held, nobody makes it mean another account.
          const now = await tx.accounts.find(younger)
          held.push(account?.id === (now?.mergedInto ?? now?.id) ? 'right' : 'wrong')
        }),
      ),
    ])
    expect(held).not.toContain('wrong')
    expect(await account(older)).toMatchObject({ status: 'active' })
  })
})
