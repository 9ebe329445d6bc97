// A merge over the real store: what moves, what stays behind, what is written down, and whose name is kept.
import { describe, expect, test } from 'vitest'
import { resolveAccount } from '#server/core/account/account.js'
import { signIn } from '#server/core/identity/sign-in.js'
import type { Openid, SessionRecord, Unionid } from '#server/core/ports.js'
import { sessionHash } from '#server/core/session/session.js'
import { movableClock, openScratchStore } from '../scratch-store.js'
import { seededRandom } from '../seeded-random.js'
import { createDesk, proofOf, VIA } from './people.js'

async function startDesk() {
  const time = movableClock()
  const scratch = await openScratchStore(time.clock)
  return { ...scratch, time, ...createDesk(scratch, time, seededRandom('merge')) }
}

function session(id: string, accountId: string, now: number): SessionRecord {
  const device = { browser: 'Firefox', os: 'Linux', address: '203.0.113.7', place: null }
  const times = { createdAt: now, lastSeenAt: now, expiresAt: now + 60_000, renewal: null }
  return { hash: sessionHash(id), id, accountId, kind: 'browser', appKey: 'pc', method: 'website', device, ...times }
}

describe('a merge', () => {
  test('moves identities, unionid and living sessions to the older account', async () => {
    const { enter, store, time } = await startDesk()
    const older = await enter('mp', 'alice-mp')
    const younger = await enter('pc', 'alice-pc', 'alice')
    const now = time.clock()
    await store.write((tx) => tx.sessions.insert(session('ses_old', older, now)))
    await store.write((tx) => tx.sessions.insert(session('ses_young', younger, now)))

    expect(await enter('mp', 'alice-mp', 'alice')).toBe(older)

    const identities = await store.read.identities.ofAccount(older)
    expect(identities.map(({ appid, unionid }) => [appid, unionid])).toEqual([
      ['wx-mp', 'alice'],
      ['wx-pc', 'alice'],
    ])
    expect(await store.read.identities.ofAccount(younger)).toEqual([])
    expect(await store.read.identities.unionidOfAccount('main', older)).toBe('alice')
    const living = await store.read.sessions.ofAccount(older, time.clock())
    expect(living.map(({ id }) => id).sort()).toEqual(['ses_old', 'ses_young'])
    expect(await store.read.sessions.ofAccount(younger, time.clock())).toEqual([])
  })

  test('leaves a tombstone that resolves to the survivor', async () => {
    const { enter, store } = await startDesk()
    const older = await enter('mp', 'alice-mp')
    const younger = await enter('pc', 'alice-pc', 'alice')
    await enter('mp', 'alice-mp', 'alice')
    expect(await store.read.accounts.find(younger)).toMatchObject({ status: 'merged', mergedInto: older })
    expect(await store.read.accounts.find(older)).toMatchObject({ status: 'active', mergedInto: null })
    expect((await resolveAccount(store.read, younger))?.id).toBe(older)
    expect((await resolveAccount(store.read, older))?.id).toBe(older)
  })

  test('writes down what moved and why, so that it can be taken back', async () => {
    const { enter, store, rows, time } = await startDesk()
    const older = await enter('mp', 'alice-mp')
    const younger = await enter('pc', 'alice-pc', 'alice')
    await store.write((tx) => tx.sessions.insert(session('ses_young', younger, time.clock())))
    await store.write((tx) => tx.sessions.insert(session('ses_ended', younger, time.clock())))
    await store.write((tx) => tx.sessions.end('ses_ended', time.clock()))
    await enter('mp', 'alice-mp', 'alice')
    const log = await rows('merges')
    expect(log).toHaveLength(1)
    expect(log[0]).toMatchObject({ survivor_id: older, loser_id: younger, merged_at: time.clock(), undone_at: null })
    expect(JSON.parse(String(log[0]?.cause))).toEqual({ appid: 'wx-mp', openid: 'alice-mp', unionid: 'alice' })
    expect(JSON.parse(String(log[0]?.moved))).toEqual({
      identities: [{ appid: 'wx-pc', openid: 'alice-pc' }],
      unionids: [{ platform: 'main', unionid: 'alice' }],
      sessions: ['ses_young'],
      kept: { identities: [{ appid: 'wx-mp', openid: 'alice-mp' }], unionids: [], sessions: [] },
    })
  })

  test('keeps the older account also when it is the one that holds the unionid', async () => {
    const { enter, store } = await startDesk()
    const older = await enter('pc', 'alice-pc', 'alice')
    const younger = await enter('mp', 'alice-mp')
    expect(await enter('mp', 'alice-mp', 'alice')).toBe(older)
    expect(await store.read.accounts.find(younger)).toMatchObject({ status: 'merged', mergedInto: older })
    expect(await store.read.identities.find('wx-mp', 'alice-mp' as Openid)).toMatchObject({
      accountId: older,
      unionid: 'alice',
    })
  })

  test('of two accounts of equal age keeps the one with the smaller id', async () => {
    for (const [mp, pc] of [
      ['acc_a', 'acc_b'],
      ['acc_b', 'acc_a'],
    ] as const) {
      const { put, tie, enter } = await startDesk()
      await tie(await put(mp), 'mp', 'alice-mp')
      await tie(await put(pc), 'pc', 'alice-pc', 'alice')
      expect(await enter('mp', 'alice-mp', 'alice')).toBe('acc_a')
    }
  })

  test('of three accounts leaves two tombstones that each name the survivor in one step', async () => {
    const { enter, store, count } = await startDesk()
    const first = await enter('mp', 'alice-mp')
    const second = await enter('mp2', 'alice-mp2')
    const third = await enter('pc', 'alice-pc', 'alice')
    expect(await enter('mp2', 'alice-mp2', 'alice')).toBe(second)
    expect(await store.read.accounts.find(third)).toMatchObject({ mergedInto: second })
    expect(await enter('mp', 'alice-mp', 'alice')).toBe(first)
    for (const id of [second, third]) {
      expect(await store.read.accounts.find(id)).toMatchObject({ status: 'merged', mergedInto: first })
      expect((await resolveAccount(store.read, id))?.id).toBe(first)
    }
    expect(await store.read.identities.ofAccount(first)).toHaveLength(3)
    expect(await count('accounts', 'merges')).toEqual([3, 2])
  })

  test('that many logins ask for at the same time happens once', async () => {
    const { enter, sign, time, count } = await startDesk()
    const older = await enter('mp', 'alice-mp')
    await enter('pc', 'alice-pc', 'alice')
    const proof = proofOf('mp', 'alice-mp', { unionid: 'alice', at: time.clock() })
    const answers = await Promise.all(Array.from({ length: 20 }, () => sign(proof)))
    expect(new Set(answers.map((one) => one.ok && one.accountId))).toEqual(new Set([older]))
    expect(await count('merges')).toEqual([1])
  })

  test('is undone as a whole when the transaction it belongs to fails', async () => {
    const { enter, store, dump, time } = await startDesk()
    await enter('mp', 'alice-mp')
    await enter('pc', 'alice-pc', 'alice')
    const before = await dump()
    const proof = proofOf('mp', 'alice-mp', { unionid: 'alice', at: time.clock() })
    const failing = store.write(async (tx) => {
      expect(await signIn(tx, seededRandom('undone'), proof, VIA)).toMatchObject({ decision: { kind: 'merge' } })
      throw new Error('the ticket had ended')
    })
    await expect(failing).rejects.toThrow('the ticket had ended')
    expect(await dump()).toEqual(before)
  })

  test('moves the unionids of every namespace, so that later doors find the survivor', async () => {
    const { put, tie, enter, time } = await startDesk()
    await tie(await put('acc_old'), 'mp', 'alice-mp')
    time.advance(1000)
    await tie(await put('acc_new'), 'pc', 'alice-pc', 'alice')
    await tie('acc_new', 'far', 'alice-far', 'alice-there')
    await enter('mp', 'alice-mp', 'alice')
    expect(await enter('far', 'alice-far', 'alice-there')).toBe('acc_old')
    expect(await enter('app', 'alice-app', 'alice')).toBe('acc_old')
  })
})

describe('the profile', () => {
  const profile = (nickname: string) => ({ nickname, avatarUrl: `https://thirdwx.qlogo.cn/${nickname}/132` })

  test('is the survivor’s own when both have one', async () => {
    const { enter, store } = await startDesk()
    const older = await enter('mp', 'alice-mp', undefined, profile('Old'))
    await enter('pc', 'alice-pc', 'alice', profile('New'))
    await enter('mp', 'alice-mp', 'alice')
    expect(await store.read.accounts.find(older)).toMatchObject({ nickname: 'Old', nicknameSource: 'mp' })
  })

  test('is the younger account’s when the survivor has none, with its source and date', async () => {
    const { enter, store, time } = await startDesk()
    const older = await enter('mp', 'alice-mp')
    await enter('pc', 'alice-pc', 'alice', profile('New'))
    const nicknameAt = time.clock()
    await enter('mp', 'alice-mp', 'alice')
    const survivor = await store.read.accounts.find(older)
    expect(survivor).toMatchObject({ ...profile('New'), nicknameSource: 'pc', nicknameAt })
  })

  test('is what WeChat tells with the merging login itself, unless that is a placeholder', async () => {
    const { enter, store } = await startDesk()
    const older = await enter('mp', 'alice-mp', undefined, profile('Old'))
    await enter('pc', 'alice-pc', 'alice')
    await enter('mp', 'alice-mp', 'alice', profile('Today'))
    expect(await store.read.accounts.find(older)).toMatchObject({ nickname: 'Today', nicknameSource: 'mp' })
    await enter('mini', 'alice-mini', 'alice', { nickname: '微信用户', avatarUrl: '' })
    expect(await store.read.accounts.find(older)).toMatchObject({ nickname: 'Today', nicknameSource: 'mp' })
  })

  test('never finds anybody: two people of one name and picture stay two', async () => {
    const { enter, store } = await startDesk()
    const one = await enter('mp', 'o1', 'u1', profile('Li Wei'))
    const other = await enter('pc', 'o2', 'u2', profile('Li Wei'))
    expect(other).not.toBe(one)
    expect(await store.read.identities.accountOfUnionid('main', 'u2' as Unionid)).toBe(other)
  })
})
