import { describe, expect, test } from 'vitest'
import type { SessionRecord, Store } from '#server/core/ports.js'
import { account, MINUTE, NOW, session, unique } from './records.js'

export function sessionContract(store: () => Store): void {
  const read = () => store().read.sessions
  const stored = async (overrides: Partial<SessionRecord> = {}) => {
    const owner = account()
    const record = session(overrides.accountId ?? owner.id, overrides)
    await store().write(async (tx) => {
      if (overrides.accountId === undefined) await tx.accounts.insert(owner)
      await tx.sessions.insert(record)
    })
    return record
  }
  const insert = (record: SessionRecord) => store().write((tx) => tx.sessions.insert(record))
  const touch = (id: string, at: number, expiresAt: number) =>
    store().write((tx) => tx.sessions.touch(id, at, expiresAt))
  const end = (id: string, at = NOW) => store().write((tx) => tx.sessions.end(id, at))

  test('every column comes back as it was given', async () => {
    const device = { browser: '微信', os: 'HarmonyOS', address: '2001:db8::2', place: '广州' }
    const record = await stored({ kind: 'bearer', method: 'sdk', device, lastSeenAt: NOW + 1 })
    expect(await read().find(record.hash, NOW)).toEqual(record)
    expect(await read().find('unknown', NOW)).toBeNull()
  })

  test('a session lives until its end and not at it', async () => {
    const record = await stored({ expiresAt: NOW + 10 })
    expect(await read().find(record.hash, NOW + 9)).toEqual(record)
    expect(await read().find(record.hash, NOW + 10)).toBeNull()
  })

  describe('that was begun under longer limits than today’s', () => {
    const DAY = 24 * 60 * MINUTE
    const long = NOW + 365 * DAY
    const alive = async (record: SessionRecord) => {
      const { accountId, hash, id } = record
      const found = [
        await read().find(hash, NOW),
        (await read().ofAccount(accountId, NOW))[0] ?? null,
        (await read().aliveAmong([id], NOW)).length > 0,
      ]
      return found.map(Boolean)
    }

    test('is over by its last use', async () => {
      const last = { createdAt: NOW - 8 * DAY, expiresAt: long }
      const [over, good] = [
        await stored({ ...last, lastSeenAt: NOW - 7 * DAY }),
        await stored({ ...last, lastSeenAt: NOW - 7 * DAY + 1 }),
      ]
      expect([await alive(over), await alive(good)]).toEqual([Array(3).fill(false), Array(3).fill(true)])
      expect(await touch(over.id, NOW, long)).toBe(false)
      expect(await store().write((tx) => tx.sessions.endOf(over.accountId, NOW))).toEqual([])
      expect(await read().find(good.hash, NOW)).toMatchObject({ expiresAt: NOW + 1 })
    })

    test('is over by its begin', async () => {
      const [over, good] = [
        await stored({ createdAt: NOW - 30 * DAY, expiresAt: long }),
        await stored({ createdAt: NOW - 30 * DAY + 1, expiresAt: long }),
      ]
      expect([await alive(over), await alive(good)]).toEqual([Array(3).fill(false), Array(3).fill(true)])
      expect(await touch(over.id, NOW, long)).toBe(false)
      expect(await read().find(good.hash, NOW)).toMatchObject({ expiresAt: NOW + 1 })
    })

    test('does not move when accounts are merged', async () => {
      const [over, to] = [await stored({ createdAt: NOW - 30 * DAY, expiresAt: long }), account()]
      await store().write((tx) => tx.accounts.insert(to))
      const { sessions } = await store().write((tx) => tx.identities.moveAll(over.accountId, to.id))
      expect(sessions).toEqual([])
    })
  })

  test('an account lists its living sessions, newest first', async () => {
    const first = await stored({ createdAt: NOW - 2 })
    const { accountId } = first
    const second = await stored({ accountId, createdAt: NOW - 1 })
    const ended = await stored({ accountId })
    await stored({ accountId, expiresAt: NOW })
    await end(ended.id)
    expect(await read().ofAccount(accountId, NOW)).toEqual([second, first])
  })

  test('of many ids only the living are named', async () => {
    const [living, expired, ended] = [await stored(), await stored({ expiresAt: NOW }), await stored()]
    await end(ended.id)
    expect(await read().aliveAmong([living.id, expired.id, ended.id, 'ses_unknown'], NOW)).toEqual([living.id])
    expect(await read().aliveAmong([], NOW)).toEqual([])
  })

  test('of fifty inserts of one hash exactly one wins, and the record stays with its account', async () => {
    const [owner, hash] = [await stored(), unique('hash')]
    const won = await Promise.all(Array.from({ length: 50 }, () => insert(session(owner.accountId, { hash }))))
    expect(won.filter(Boolean)).toHaveLength(1)
  })

  test('activity moves the last seen time and the end', async () => {
    const record = await stored()
    expect(await touch(record.id, NOW + MINUTE, NOW + 90 * MINUTE)).toBe(true)
    const expected = { ...record, lastSeenAt: NOW + MINUTE, expiresAt: NOW + 90 * MINUTE }
    expect(await read().find(record.hash, NOW)).toEqual(expected)
  })

  test('a slow request does not set a session back', async () => {
    const record = await stored()
    await touch(record.id, NOW + MINUTE, NOW + 90 * MINUTE)
    expect(await touch(record.id, NOW + 1, NOW + 80 * MINUTE)).toBe(true)
    const expected = { ...record, lastSeenAt: NOW + MINUTE, expiresAt: NOW + 90 * MINUTE }
    expect(await read().find(record.hash, NOW)).toEqual(expected)
  })

  test('an expired or unknown session cannot be touched', async () => {
    const record = await stored({ expiresAt: NOW })
    expect(await touch(record.id, NOW, NOW + MINUTE)).toBe(false)
    expect(await touch('unknown', NOW, NOW + MINUTE)).toBe(false)
    expect(await read().find(record.hash, NOW)).toBeNull()
  })

  test('ending returns the record once', async () => {
    const record = await stored()
    expect(await end(record.id)).toEqual(record)
    expect(await end(record.id)).toBeNull()
    expect(await end('unknown')).toBeNull()
    expect(await read().find(record.hash, NOW)).toBeNull()
  })

  test('session resurrection: an ended session comes back by no touch and no insert', async () => {
    const record = await stored()
    await end(record.id)
    expect(await touch(record.id, NOW + 1, NOW + 90 * MINUTE)).toBe(false)
    expect(await insert({ ...record, id: unique('ses') })).toBe(false)
    expect(await read().find(record.hash, NOW)).toBeNull()
  })

  test('session resurrection: one that was ended after it expired does not come back by a late touch', async () => {
    const record = await stored({ expiresAt: NOW + 10 })
    expect(await end(record.id, NOW + 11)).toBeNull()
    expect(await touch(record.id, NOW + 9, NOW + 90 * MINUTE)).toBe(false)
    expect(await read().find(record.hash, NOW + 9)).toBeNull()
  })

  test('of fifty who end one session exactly one gets the record', async () => {
    const record = await stored()
    const results = await Promise.all(Array.from({ length: 50 }, () => end(record.id)))
    expect(results.filter((result) => result !== null)).toEqual([record])
  })

  test('of an account the others end, and only they', async () => {
    const kept = await stored()
    const { accountId } = kept
    const others = [await stored({ accountId }), await stored({ accountId, kind: 'bearer' })]
    const stranger = await stored()
    const ended = await store().write((tx) => tx.sessions.endOf(accountId, NOW, { except: kept.id }))
    expect(ended.toSorted()).toEqual(others.map(({ id }) => id).toSorted())
    expect(await read().ofAccount(accountId, NOW)).toEqual([kept])
    expect(await read().find(stranger.hash, NOW)).toEqual(stranger)
  })

  describe('a new id', () => {
    const GRACE = 60_000
    const moved = async () => {
      const [record, to] = [await stored({ expiresAt: NOW + 90 * MINUTE }), account()]
      await store().write(async (tx) => {
        await tx.accounts.insert(to)
        await tx.identities.moveAll(record.accountId, to.id)
      })
      return { ...record, accountId: to.id }
    }
    const renew = (id: string, from: string, to: string) => store().write((tx) => tx.sessions.renewId(id, from, to))
    const take = (id: string, hash: string, at = NOW) => store().write((tx) => tx.sessions.takeId(id, hash, at))

    test('is given to a session that moved, once, and to no other', async () => {
      const still = await stored()
      expect(await renew(still.id, still.hash, unique('hash'))).toBe(false)
      const record = await moved()
      const next = unique('hash')
      expect(await renew(record.id, 'not its hash', next)).toBe(false)
      const wins = await Promise.all(Array.from({ length: 20 }, () => renew(record.id, record.hash, next)))
      expect(wins.filter(Boolean)).toHaveLength(1)
      expect(await renew(record.id, next, unique('hash'))).toBe(false)
      const renewal = { due: false, previousHash: record.hash, takenAt: null }
      expect(await read().find(next, NOW)).toEqual({ ...record, hash: next, renewal })
    })

    test('leaves the old one good until it is taken, a minute longer, and then no more', async () => {
      const record = await moved()
      const next = unique('hash')
      await renew(record.id, record.hash, next)
      expect(await read().find(record.hash, NOW + 30 * MINUTE)).toMatchObject({ id: record.id, hash: next })
      await take(record.id, next, NOW + 30 * MINUTE)
      await take(record.id, next, NOW + 31 * MINUTE)
      const late = NOW + 30 * MINUTE + GRACE
      expect(await read().find(record.hash, late - 1)).toMatchObject({ id: record.id, hash: next })
      expect(await read().find(record.hash, late)).toBeNull()
      expect(await read().find(next, late)).toMatchObject({ id: record.id })
    })

    test('that nobody was given cannot be taken', async () => {
      const record = await moved()
      await take(record.id, record.hash)
      expect(await read().find(record.hash, NOW)).toMatchObject({ renewal: { due: true, takenAt: null } })
    })

    test('session resurrection: an ended session is good by neither, and gets none', async () => {
      const record = await moved()
      await end(record.id)
      expect(await renew(record.id, record.hash, unique('hash'))).toBe(false)
      const other = await moved()
      const next = unique('hash')
      await renew(other.id, other.hash, next)
      await end(other.id)
      expect([await read().find(other.hash, NOW), await read().find(next, NOW)]).toEqual([null, null])
    })
  })
}
