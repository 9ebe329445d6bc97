import { expect, test } from 'vitest'
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
  const touch = (hash: string, at: number, expiresAt: number) =>
    store().write((tx) => tx.sessions.touch(hash, at, expiresAt))
  const end = (hash: string, at = NOW) => store().write((tx) => tx.sessions.end(hash, at))

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

  test('an account lists its living sessions, newest first', async () => {
    const first = await stored({ createdAt: NOW - 2 })
    const { accountId } = first
    const second = await stored({ accountId, createdAt: NOW - 1 })
    const ended = await stored({ accountId })
    await stored({ accountId, expiresAt: NOW })
    await end(ended.hash)
    expect(await read().ofAccount(accountId, NOW)).toEqual([second, first])
  })

  test('of many ids only the living are named', async () => {
    const [living, expired, ended] = [await stored(), await stored({ expiresAt: NOW }), await stored()]
    await end(ended.hash)
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
    expect(await touch(record.hash, NOW + MINUTE, NOW + 90 * MINUTE)).toBe(true)
    const expected = { ...record, lastSeenAt: NOW + MINUTE, expiresAt: NOW + 90 * MINUTE }
    expect(await read().find(record.hash, NOW)).toEqual(expected)
  })

  test('a slow request does not set a session back', async () => {
    const record = await stored()
    await touch(record.hash, NOW + MINUTE, NOW + 90 * MINUTE)
    expect(await touch(record.hash, NOW + 1, NOW + 80 * MINUTE)).toBe(true)
    const expected = { ...record, lastSeenAt: NOW + MINUTE, expiresAt: NOW + 90 * MINUTE }
    expect(await read().find(record.hash, NOW)).toEqual(expected)
  })

  test('an expired or unknown session cannot be touched', async () => {
    const record = await stored({ expiresAt: NOW })
    expect(await touch(record.hash, NOW, NOW + MINUTE)).toBe(false)
    expect(await touch('unknown', NOW, NOW + MINUTE)).toBe(false)
    expect(await read().find(record.hash, NOW)).toBeNull()
  })

  test('ending returns the record once', async () => {
    const record = await stored()
    expect(await end(record.hash)).toEqual(record)
    expect(await end(record.hash)).toBeNull()
    expect(await end('unknown')).toBeNull()
    expect(await read().find(record.hash, NOW)).toBeNull()
  })

  test('session resurrection: an ended session comes back by no touch and no insert', async () => {
    const record = await stored()
    await end(record.hash)
    expect(await touch(record.hash, NOW + 1, NOW + 90 * MINUTE)).toBe(false)
    expect(await insert({ ...record, id: unique('ses') })).toBe(false)
    expect(await read().find(record.hash, NOW)).toBeNull()
  })

  test('session resurrection: one that was ended after it expired does not come back by a late touch', async () => {
    const record = await stored({ expiresAt: NOW + 10 })
    expect(await end(record.hash, NOW + 11)).toBeNull()
    expect(await touch(record.hash, NOW + 9, NOW + 90 * MINUTE)).toBe(false)
    expect(await read().find(record.hash, NOW + 9)).toBeNull()
  })

  test('of fifty who end one session exactly one gets the record', async () => {
    const record = await stored()
    const results = await Promise.all(Array.from({ length: 50 }, () => end(record.hash)))
    expect(results.filter((result) => result !== null)).toEqual([record])
  })
}
