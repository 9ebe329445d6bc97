import { expect, test } from 'vitest'
import type { Store, TicketGuard, TicketPatch, TicketRecord } from '#server/core/ports.js'
import { REASONS, STATUSES } from '#shared/ticket.js'
import { MINUTE, NOW, openid, ticket, unionid, unique } from './records.js'

const NICKNAMES = {
  emoji: '👨‍👩‍👧‍👦 Łukasz 李雷',
  'four-byte ideographs': '𠮷野家𪚥',
  'right-to-left marks': '\u202Eevil\u202C\u2066x\u2069',
  'a NUL': 'a\0b',
  'quotes and placeholders': `'); DROP TABLE tickets; -- $id :id ? $1 $$`,
  nothing: '',
}

export function ticketContract(store: () => Store): void {
  const stored = async (overrides: Partial<TicketRecord> = {}) => {
    const record = ticket(overrides)
    await store().write((tx) => tx.tickets.insert(record))
    return record
  }
  const move = (id: string, guard: TicketGuard, patch: TicketPatch) =>
    store().write((tx) => tx.tickets.move(id, guard, patch))

  test('every column comes back as it was given', async () => {
    const record = await stored({
      method: 'official',
      status: 'redeemed',
      version: 7,
      device: { browser: 'Edge', os: 'macOS', address: '2001:db8::1', place: '上海' },
      phoneHash: 'a'.repeat(64),
      proof: {
        appKey: 'mp',
        appid: 'wx1',
        platform: 'main',
        openid: openid(),
        unionid: unionid(),
        profile: { nickname: '小明', avatarUrl: 'https://thirdwx.qlogo.cn/x/132' },
        provedAt: NOW,
      },
      scannedBy: { nickname: '小明', avatarUrl: '' },
      explicit: true,
      matchTries: 2,
      accountId: 'acc_x',
      reason: 'code_rejected',
      attemptHash: 'b'.repeat(64),
      redeemedAt: NOW + 1,
    })
    expect(await store().read.tickets.find(record.id)).toEqual(record)
    expect(await store().write((tx) => tx.tickets.find(record.id))).toEqual(record)
  })

  test('every status and every reason can be stored', async () => {
    for (const status of STATUSES) {
      const record = await stored({ status })
      expect(await store().read.tickets.find(record.id)).toEqual(record)
    }
    for (const reason of REASONS) {
      const record = await stored({ status: 'failed', reason })
      expect(await store().read.tickets.find(record.id)).toEqual(record)
    }
  })

  test.each(Object.entries(NICKNAMES))('a nickname with %s survives', async (_, nickname) => {
    const record = await stored({ scannedBy: { nickname, avatarUrl: '' } })
    expect((await store().read.tickets.find(record.id))?.scannedBy?.nickname).toBe(nickname)
  })

  test('an unknown id is null', async () => {
    expect(await store().read.tickets.find('tkt_unknown')).toBeNull()
  })

  test('ids that differ in case or in a trailing space are different tickets', async () => {
    const id = unique('tkt_Case')
    for (const variant of [id, id.toLowerCase(), `${id} `, `${id}\u00e9`]) {
      expect(await store().write((tx) => tx.tickets.insert(ticket({ id: variant })))).toBe(true)
    }
    expect((await store().read.tickets.find(id.toLowerCase()))?.id).toBe(id.toLowerCase())
    expect(await store().read.tickets.find(id.toUpperCase())).toBeNull()
  })

  test('an id that is taken is not stored again, and the first record stays', async () => {
    const record = await stored()
    expect(await store().write((tx) => tx.tickets.insert({ ...record, appKey: 'other' }))).toBe(false)
    expect(await store().read.tickets.find(record.id)).toEqual(record)
  })

  test('of fifty inserts of one id exactly one wins', async () => {
    const id = unique('tkt')
    const won = await Promise.all(
      Array.from({ length: 50 }, () => store().write((tx) => tx.tickets.insert(ticket({ id })))),
    )
    expect(won.filter(Boolean)).toHaveLength(1)
  })

  test('findMany finds those that exist, one of them a thousand times asked for, and none for nothing', async () => {
    const [one, two] = [await stored(), await stored()]
    const found = await store().read.tickets.findMany([one.id, 'tkt_unknown', two.id, one.id])
    expect(found.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))).toEqual([one, two])
    expect(await store().read.tickets.findMany([])).toEqual([])
    const many = Array.from({ length: 40_000 }, (_, index) => `tkt_none_${index}`)
    expect(await store().read.tickets.findMany([...many, two.id])).toEqual([two])
  })

  test('a move sets what its patch names, adds one to the version and leaves the rest', async () => {
    const record = await stored({ phoneHash: 'p'.repeat(64), scannedBy: { nickname: 'a', avatarUrl: 'b' } })
    const moved = await move(
      record.id,
      { status: ['pending'] },
      { status: 'confirmed', explicit: true, scannedBy: null, accountId: 'acc_y', expiresAt: NOW + 2 * MINUTE },
    )
    const expected = {
      ...record,
      status: 'confirmed',
      explicit: true,
      scannedBy: null,
      accountId: 'acc_y',
      expiresAt: NOW + 2 * MINUTE,
      version: 2,
    }
    expect(moved).toEqual(expected)
    expect(await store().read.tickets.find(record.id)).toEqual(expected)
  })

  test('an empty patch still counts as a change', async () => {
    const record = await stored()
    expect(await move(record.id, { status: ['pending'] }, {})).toEqual({ ...record, version: 2 })
  })

  const phoneHash = 'c'.repeat(64)
  const guards: [string, Partial<TicketRecord>, TicketGuard, boolean][] = [
    ['its status', { status: 'scanned' }, { status: ['pending', 'scanned'] }, true],
    ['another status', { status: 'denied' }, { status: ['pending', 'scanned'] }, false],
    ['no status at all', {}, { status: [] }, false],
    ['life before its end', {}, { status: ['pending'], aliveAt: NOW + MINUTE - 1 }, true],
    ['life at its end', {}, { status: ['pending'], aliveAt: NOW + MINUTE }, false],
    ['overdue at its end', {}, { status: ['pending'], overdueAt: NOW + MINUTE }, true],
    ['overdue before its end', {}, { status: ['pending'], overdueAt: NOW + MINUTE - 1 }, false],
    ['its phone', { phoneHash }, { status: ['pending'], phoneHash }, true],
    ['another phone', { phoneHash }, { status: ['pending'], phoneHash: 'd'.repeat(64) }, false],
    ['a phone where there is none', {}, { status: ['pending'], phoneHash }, false],
    ['no phone where there is none', {}, { status: ['pending'], phoneHash: null }, true],
    ['no phone where there is one', { phoneHash }, { status: ['pending'], phoneHash: null }, false],
    ['its version', { version: 3 }, { status: ['pending'], version: 3 }, true],
    ['another version', { version: 3 }, { status: ['pending'], version: 2 }, false],
  ]
  test.each(guards)('a guard that asks for %s', async (_, overrides, guard, holds) => {
    const record = await stored(overrides)
    const moved = await move(record.id, guard, { status: 'expired' })
    expect(moved !== null).toBe(holds)
    expect((await store().read.tickets.find(record.id))?.version).toBe(record.version + Number(holds))
  })

  test('a ticket that is not there cannot be moved', async () => {
    expect(await move('tkt_unknown', { status: ['pending'] }, { status: 'expired' })).toBeNull()
  })

  test('of fifty racers for one move exactly one gets the record', async () => {
    const record = await stored({ status: 'confirmed' })
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        move(record.id, { status: ['confirmed'] }, { status: 'redeemed', attemptHash: `attempt_${index}` }),
      ),
    )
    const winners = results.filter((result) => result !== null)
    expect(winners).toHaveLength(1)
    expect(await store().read.tickets.find(record.id)).toEqual(winners[0])
  })
}
