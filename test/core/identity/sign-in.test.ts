// From a proof to an account over the real store: created, found, linked, merged or refused, whole or not at all.
import { describe, expect, test } from 'vitest'
import { resolveAccount } from '#server/core/account/account.js'
import { readFacts } from '#server/core/identity/sign-in.js'
import type { Openid, Unionid } from '#server/core/ports.js'
import { movableClock, openScratchStore } from '../scratch-store.js'
import { seededRandom } from '../seeded-random.js'
import { createDesk, proofOf } from './people.js'

async function startDesk() {
  const time = movableClock()
  const scratch = await openScratchStore(time.clock)
  return { ...scratch, time, ...createDesk(scratch, time, seededRandom('sign-in')) }
}

describe('promise 1: one person per Open Platform account has one account', () => {
  test('two first logins of one person through two apps at the same time make one account with two identities', async () => {
    const { sign, time, rows, count } = await startDesk()
    const answers = await Promise.all([
      sign(proofOf('pc', 'alice-pc', { unionid: 'alice', at: time.clock() })),
      sign(proofOf('mp', 'alice-mp', { unionid: 'alice', at: time.clock() })),
    ])
    expect(await count('accounts', 'identities', 'unionids', 'merges')).toEqual([1, 2, 1, 0])
    const [account] = await rows('accounts')
    expect(answers.map((one) => one.ok && one.accountId)).toEqual([account?.id, account?.id])
  })

  test('thirty first logins of one person through one app at the same time make one account', async () => {
    const { sign, time, count } = await startDesk()
    const proof = proofOf('mp', 'alice-mp', { at: time.clock() })
    const answers = await Promise.all(Array.from({ length: 30 }, () => sign(proof)))
    expect(new Set(answers.map((one) => one.ok && one.accountId)).size).toBe(1)
    expect(await count('accounts', 'identities')).toEqual([1, 1])
  })

  test('who was first seen without a unionid keeps that account when the unionid becomes known', async () => {
    const { enter, count, store } = await startDesk()
    const account = await enter('mp', 'alice-mp')
    expect(await enter('mp', 'alice-mp', 'alice')).toBe(account)
    expect(await enter('pc', 'alice-pc', 'alice')).toBe(account)
    expect(await count('accounts')).toEqual([1])
    expect(await store.read.identities.accountOfUnionid('main', 'alice' as Unionid)).toBe(account)
  })

  test('a unionid that WeChat once told is not forgotten when it is left out later', async () => {
    const { enter, store } = await startDesk()
    const account = await enter('mp', 'alice-mp', 'alice')
    expect(await enter('mp', 'alice-mp')).toBe(account)
    const identity = await store.read.identities.find('wx-mp', 'alice-mp' as Openid)
    expect(identity).toMatchObject({ unionid: 'alice', accountId: account })
    expect(identity?.lastUsedAt).toBeGreaterThan(identity?.createdAt ?? Number.POSITIVE_INFINITY)
  })
})

describe('people who are not the same', () => {
  test('openid and unionid never stand in for each other, even when the texts are equal', async () => {
    const { enter, count } = await startDesk()
    const one = await enter('mp', 'same-text')
    const other = await enter('pc', 'another-openid', 'same-text')
    expect(other).not.toBe(one)
    expect(await count('accounts')).toEqual([2])
  })

  test('case merge: openids and unionids that differ only in case belong to different people', async () => {
    const { enter, count } = await startDesk()
    const ids = [
      await enter('mp', 'oAbC', 'uAbC'),
      await enter('mp', 'oabc', 'uabc'),
      await enter('mp', 'OABC', 'UABC'),
    ]
    expect(new Set(ids).size).toBe(3)
    expect(await count('accounts', 'merges')).toEqual([3, 0])
  })

  test('the same openid at another app is another identity', async () => {
    const { enter } = await startDesk()
    expect(await enter('mp', 'o1')).not.toBe(await enter('mp2', 'o1'))
  })

  test('namespace confusion: the same unionid under two Open Platform accounts is two people', async () => {
    const { enter, count } = await startDesk()
    const here = await enter('pc', 'alice-pc', 'u1')
    const far = await enter('far', 'bob-far', 'u1')
    expect(far).not.toBe(here)
    expect(await enter('far', 'bob-far', 'u1')).toBe(far)
    expect(await count('accounts', 'unionids', 'merges')).toEqual([2, 2, 0])
  })

  test('an app without an Open Platform account is its own namespace, even if it tells a unionid', async () => {
    const { enter } = await startDesk()
    const here = await enter('pc', 'alice-pc', 'u1')
    const solo = await enter('solo', 'alice-solo')
    expect(solo).not.toBe(here)
    expect(await enter('solo', 'alice-solo', 'u1')).toBe(solo)
  })
})

describe('refusals', () => {
  test('an openid tied to another unionid needs attention, and nothing at all is written', async () => {
    const { enter, arrive, dump } = await startDesk()
    await enter('mp', 'alice-mp', 'alice')
    await enter('pc', 'bob-pc', 'bob')
    const before = await dump()
    for (const unionid of ['bob', 'carol']) {
      const profile = { nickname: 'Mallory', avatarUrl: '' }
      expect(await arrive('mp', 'alice-mp', unionid, profile)).toEqual({ ok: false, reason: 'needs_attention' })
    }
    expect(await dump()).toEqual(before)
  })

  test('an openid whose account holds another unionid needs attention, and nothing is written', async () => {
    const { put, tie, arrive, dump } = await startDesk()
    const account = await put('acc_alice')
    await tie(account, 'mp', 'alice-mp')
    await tie(account, 'pc', 'alice-pc', 'alice')
    const before = await dump()
    expect(await arrive('mp', 'alice-mp', 'bob')).toEqual({ ok: false, reason: 'needs_attention' })
    expect(await dump()).toEqual(before)
  })

  test('two accounts that hold different unionids in another namespace are not merged', async () => {
    const { put, tie, arrive, dump } = await startDesk()
    await tie(await put('acc_1'), 'mp', 'one-mp')
    await tie('acc_1', 'far', 'one-far', 'far-one')
    await tie(await put('acc_2'), 'pc', 'two-pc', 'two')
    await tie('acc_2', 'far', 'two-far', 'far-two')
    const before = await dump()
    expect(await arrive('mp', 'one-mp', 'two')).toEqual({ ok: false, reason: 'needs_attention' })
    expect(await dump()).toEqual(before)
  })

  test.each(['disabled', 'deleted'] as const)('a %s account lets nobody in, by no door', async (status) => {
    const { put, tie, arrive, enter, dump } = await startDesk()
    await tie(await put('acc_gone', { status }), 'pc', 'alice-pc', 'alice')
    await enter('mp', 'alice-mp')
    const before = await dump()
    const refused = { ok: false, reason: 'account_disabled' }
    expect(await arrive('pc', 'alice-pc', 'alice')).toEqual(refused)
    expect(await arrive('app', 'alice-app', 'alice')).toEqual(refused)
    expect(await arrive('mp', 'alice-mp', 'alice')).toEqual(refused)
    expect(await dump()).toEqual(before)
  })

  test('an undone merge stays apart: each door leads to its own account, and no second merge happens', async () => {
    const { put, tie, enter, store, count } = await startDesk()
    await tie(await put('acc_1'), 'mp', 'one-mp')
    await tie(await put('acc_2'), 'pc', 'two-pc', 'two')
    const cause = { appid: 'wx-mp', openid: 'one-mp' as Openid, unionid: 'two' as Unionid }
    const undone = {
      id: 'mrg_1',
      survivorId: 'acc_1',
      loserId: 'acc_2',
      mergedAt: 1,
      undoneAt: 2,
      clearedAt: null,
      cause,
    }
    await store.write((tx) =>
      tx.identities.logMerge({ ...undone, identities: [], unionids: [], sessions: [], kept: null }),
    )
    expect(await enter('mp', 'one-mp', 'two')).toBe('acc_1')
    expect(await enter('pc', 'two-pc', 'two')).toBe('acc_2')
    expect((await store.read.identities.find('wx-mp', 'one-mp' as Openid))?.unionid).toBeNull()
    expect(await count('merges')).toEqual([1])
  })
})

test('before a confirmation, reading the facts writes nothing', async () => {
  const { store, dump, time } = await startDesk()
  const before = await dump()
  const proof = proofOf('pc', 'alice-pc', { unionid: 'alice', at: time.clock() })
  expect(await readFacts(store.read, proof)).toMatchObject({ identity: null, union: null, unionid: 'alice' })
  expect(await dump()).toEqual(before)
})

test('an id that was never an account resolves to nobody', async () => {
  const { store } = await startDesk()
  expect(await resolveAccount(store.read, 'acc_never')).toBeNull()
})
