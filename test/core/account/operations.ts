// What operators and people may do to accounts, on whatever database: the stories that a second look has to bear out.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteAccount, removeIdentity } from '#server/core/account/erase.js'
import { exportAccount } from '#server/core/account/export.js'
import { disableAccount, enableAccount, OrderRefused } from '#server/core/account/operate.js'
import { AN_OPERATOR, WECHAT } from '#server/core/audit.js'
import { migratePlatform } from '#server/core/identity/migrate-platform.js'
import { clearMerge, undoMerge } from '#server/core/identity/undo-merge.js'
import type { Openid, Store } from '#server/core/ports.js'
import { inTransaction } from '#server/core/transaction.js'
import { createDesk, DOORS, type Door } from '../identity/people.js'
import { type MovableClock, movableClock } from '../scratch-store.js'
import { seededRandom } from '../seeded-random.js'

type Opened = { readonly store: Store; close(): Promise<unknown> }

/** Registers the stories. `open` gives a migrated store that nobody else uses. */
export function operationsOn(name: string, open: (time: MovableClock) => Promise<Opened>): void {
  describe(`accounts and their operators, on ${name}`, () => {
    const time = movableClock()
    let opened: Opened
    let desk: ReturnType<typeof createDesk>
    const store = () => opened.store
    const read = () => opened.store.read
    const account = (id: string) => read().accounts.find(id)
    const ownerOf = async (door: Door, openid: string) =>
      (await read().identities.find(DOORS[door].appid, openid as Openid))?.accountId
    const face = (nickname: string) => ({ nickname, avatarUrl: '' })
    const session = async (accountId: string, id: string, appKey = 'pc') => {
      const device = { browser: 'Firefox', os: 'Linux', address: '203.0.113.7', place: null }
      const [createdAt, expiresAt] = [time.clock(), time.clock() + 3_600_000]
      const record = { hash: `hash-${id}`, id, accountId, kind: 'browser', method: 'website', appKey, device } as const
      await store().write((tx) =>
        tx.sessions.insert({ ...record, createdAt, lastSeenAt: createdAt, expiresAt, renewal: null }),
      )
    }
    const living = async (accountId: string) =>
      (await read().sessions.ofAccount(accountId, time.clock())).map(({ id }) => id).toSorted()
    const onlyMerge = async (accountId: string) => {
      const [merge] = await read().identities.merges(accountId)
      if (!merge) throw new Error('nothing was merged')
      return merge
    }

    beforeAll(async () => {
      opened = await open(time)
      desk = createDesk(opened, time, seededRandom(`operations ${name}`))
    })
    afterAll(() => opened.close())

    describe('a merge taken back', () => {
      test('gives identities, unionid, sessions and name back, and the two stay apart until they are let', async () => {
        const older = await desk.enter('mp', 'm1-mp')
        const younger = await desk.enter('pc', 'm1-pc', 'm1', face('Younger'))
        await session(older, 'ses_m1_old', 'mp')
        await session(younger, 'ses_m1_young')
        expect(await desk.enter('mp', 'm1-mp', 'm1')).toBe(older)
        expect(await account(older)).toMatchObject({ nickname: 'Younger', nicknameSource: 'pc' })
        await session(older, 'ses_m1_since')

        const { id } = await onlyMerge(younger)
        const { ended } = await undoMerge(store(), id, time.clock())
        expect(ended.sessions).toEqual(['ses_m1_since'])
        expect(await account(younger)).toMatchObject({ status: 'active', mergedInto: null, nickname: 'Younger' })
        expect(await account(older)).toMatchObject({ status: 'active', nickname: '', nicknameSource: null })
        expect(await ownerOf('pc', 'm1-pc')).toBe(younger)
        expect(await ownerOf('mp', 'm1-mp')).toBe(older)
        expect([await living(older), await living(younger)]).toEqual([['ses_m1_old'], ['ses_m1_young']])

        expect(await desk.enter('mp', 'm1-mp', 'm1')).toBe(older)
        expect(await desk.enter('pc', 'm1-pc', 'm1')).toBe(younger)
        await clearMerge(store(), id, time.clock())
        expect(await desk.enter('mp', 'm1-mp', 'm1')).toBe(older)
        expect((await account(younger))?.mergedInto).toBe(older)
      })

      test('in a chain gives the middle one its own tombstone back', async () => {
        const a = await desk.enter('mp', 'm2-mp')
        const b = await desk.enter('mp2', 'm2-mp2')
        const c = await desk.enter('pc', 'm2-pc', 'm2')
        expect(await desk.enter('mp2', 'm2-mp2', 'm2')).toBe(b)
        const first = await onlyMerge(c)
        expect(await desk.enter('mp', 'm2-mp', 'm2')).toBe(a)
        expect((await account(c))?.mergedInto).toBe(a)
        const [second] = (await read().identities.merges(b)).filter(({ id }) => id !== first.id)
        await undoMerge(store(), second?.id ?? '', time.clock())
        expect((await account(c))?.mergedInto).toBe(b)
        expect(await ownerOf('pc', 'm2-pc')).toBe(b)
        expect(await ownerOf('mp', 'm2-mp')).toBe(a)
        await undoMerge(store(), first.id, time.clock())
        expect(await account(c)).toMatchObject({ status: 'active', mergedInto: null })
        expect(await ownerOf('pc', 'm2-pc')).toBe(c)
      })

      test('twice, or of a merge that never was, is refused with a reason', async () => {
        await expect(undoMerge(store(), 'mrg_unknown', 1)).rejects.toThrow(OrderRefused)
        const merge = (await read().identities.merges()).find(({ undoneAt }) => undoneAt !== null)
        await expect(undoMerge(store(), merge?.id ?? '', 1)).rejects.toThrow(/undone before/)
        await expect(clearMerge(store(), 'mrg_unknown', 1)).rejects.toThrow(OrderRefused)
      })
    })

    describe('a platform that an app moved to', () => {
      test('forgets the old unionids of that app, joins nobody to a stranger, and learns the new ones', async () => {
        const people = ['p1', 'p2', 'p3']
        const before = new Map<string, string>()
        for (const person of people) {
          before.set(person, await desk.enter('app', `${person}-app`, `${person}-old`))
          expect(await desk.enter('mini', `${person}-mini`, `${person}-old`)).toBe(before.get(person))
        }
        expect(await desk.arrive('mini', 'p1-mini', 'p1-new')).toMatchObject({ ok: false, reason: 'needs_attention' })
        time.advance(1000)
        const moved = time.clock()
        const migrate = (door: Door) =>
          migratePlatform(store(), { key: door, ...DOORS[door] }, { at: moved, learntBefore: moved })
        for (const door of ['mini', 'app'] as const) await migrate(door)
        const again = await migrate('mini')
        expect(again).toEqual({ identities: 0, accounts: 0 })
        // Bob's new unionid is what Alice's was: without the migration that would have joined them.
        for (const [person, unionid] of [
          ['p1', 'p2-old'],
          ['p2', 'p1-old'],
          ['p3', 'p3-new'],
        ] as const) {
          expect(await desk.enter('mini', `${person}-mini`, unionid)).toBe(before.get(person))
          expect(await desk.enter('app', `${person}-app`, unionid)).toBe(before.get(person))
        }
      })
    })

    describe('a disabled account', () => {
      test('signs in nowhere, loses its sessions, and comes back when it is enabled', async () => {
        const id = await desk.enter('pc', 'd1-pc', 'd1')
        await session(id, 'ses_d1')
        expect((await disableAccount(store(), id, time.clock())).ended.sessions).toEqual(['ses_d1'])
        for (const door of ['pc', 'mp', 'app'] as const) {
          expect(await desk.arrive(door, `d1-${door}`, 'd1')).toMatchObject({ ok: false, reason: 'account_disabled' })
        }
        expect(await living(id)).toEqual([])
        await enableAccount(store(), id, time.clock())
        expect(await desk.enter('mp', 'd1-mp', 'd1')).toBe(id)
        await expect(disableAccount(store(), 'acc_nobody', 1)).rejects.toThrow(OrderRefused)
      })
    })

    describe('an account that its person deletes', () => {
      test('is a tombstone without personal data, and whoever comes back is new', async () => {
        const older = await desk.enter('mp', 'e1-mp', undefined, face('Older'))
        const younger = await desk.enter('pc', 'e1-pc', 'e1', face('Younger'))
        await desk.enter('mp', 'e1-mp', 'e1')
        await session(older, 'ses_e1')
        const ended = await inTransaction(store(), (tx) => deleteAccount(tx, younger, time.clock(), AN_OPERATOR))
        expect(ended?.sessions).toEqual(['ses_e1'])
        for (const id of [older, younger])
          expect(await account(id)).toMatchObject({ nickname: '', nicknameSource: null })
        expect(await account(older)).toMatchObject({ status: 'deleted' })
        expect(await account(younger)).toMatchObject({ status: 'merged', mergedInto: older })
        expect(await read().identities.merges(older)).toEqual([])
        expect(await read().identities.accountOfUnionid('main', 'e1' as never)).toBeNull()
        expect(await inTransaction(store(), (tx) => deleteAccount(tx, older, time.clock(), AN_OPERATOR))).toBeNull()
        const back = await desk.enter('pc', 'e1-pc', 'e1')
        expect([older, younger]).not.toContain(back)
        await expect(disableAccount(store(), older, 1)).rejects.toThrow(/deleted/)
      })

      test('at the same moment as it signs in: it is deleted, or a new one stands beside it', async () => {
        for (let round = 0; round < 10; round += 1) {
          const id = await desk.enter('pc', `e2-${round}`, `e2-${round}`)
          const [, entered] = await Promise.all([
            inTransaction(store(), (tx) => deleteAccount(tx, id, time.clock(), AN_OPERATOR)),
            desk.arrive('mp', `e2-mp-${round}`, `e2-${round}`),
          ])
          expect(await account(id)).toMatchObject({ status: 'deleted' })
          expect(await read().identities.ofAccount(id)).toEqual([])
          if (entered.ok && entered.accountId !== id)
            expect(await account(entered.accountId)).toMatchObject({ status: 'active' })
        }
      })
    })

    test('an identity that WeChat says is gone: the account goes with its last one', async () => {
      const id = await desk.enter('pc', 'f1-pc', 'f1')
      await desk.enter('mp', 'f1-mp', 'f1')
      await session(id, 'ses_f1')
      const remove = (door: Door) =>
        inTransaction(store(), (tx) =>
          removeIdentity(tx, { ...DOORS[door], openid: `f1-${door}` as Openid }, time.clock(), WECHAT),
        )
      expect((await remove('pc')).sessions).toEqual(['ses_f1'])
      expect(await account(id)).toMatchObject({ status: 'active' })
      expect(await read().identities.accountOfUnionid('main', 'f1' as never)).toBe(id)
      await remove('mp')
      expect(await account(id)).toMatchObject({ status: 'deleted' })
      expect(await remove('mp')).toEqual({ sessions: [], tickets: [] })
    })

    test('what a person takes along names every door', async () => {
      const id = await desk.enter('pc', 'x1-pc', 'x1', face('Xu'))
      await desk.enter('mini', 'x1-mini', 'x1')
      const record = await account(id)
      if (!record) throw new Error('there is an account')
      const all = await exportAccount(read(), record, [], time.clock())
      expect(all.account).toMatchObject({ id, nickname: 'Xu', nicknameSource: 'pc' })
      expect(all.identities.map(({ appid }) => appid).toSorted()).toEqual(['wx-mini', 'wx-pc'])
    })
  })
}
