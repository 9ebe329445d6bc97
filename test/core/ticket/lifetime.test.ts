// How long things last, and what a ticket looks like to its page at a given moment.
import { describe, expect, test } from 'vitest'
import { createKeyring } from '#server/core/keyring.js'
import type { Openid, TicketRecord } from '#server/core/ports.js'
import {
  BEAT_RESTS_MS,
  CALLBACK_MS,
  isOverdue,
  pendingMs,
  presentTicket,
  presentUnattached,
  SCANNED_MS,
} from '#server/core/ticket/lifetime.js'
import { createTicketIds } from '#server/core/ticket/ticket-id.js'
import { STATUSES, Ticket, type TicketStatus } from '#shared/ticket.js'
import { seededRandom } from '../seeded-random.js'

const NOW = 1_750_000_000_000
const VIEW = ['expiresAt', 'id', 'method', 'reason', 'scannedBy', 'serverTime', 'status', 'version']

const record: TicketRecord = {
  id: 'tkt_1',
  method: 'relay',
  appKey: 'mp',
  status: 'scanned',
  version: 7,
  createdAt: NOW - 1000,
  expiresAt: NOW,
  returnTo: '/secret-path',
  device: { browser: 'Firefox', os: 'Linux', address: '203.0.113.7', place: null },
  phoneHash: 'hash-of-the-phone',
  proof: {
    appKey: 'mp',
    appid: 'wx1',
    platform: 'main',
    openid: 'openid-of-alice' as Openid,
    unionid: null,
    profile: null,
    provedAt: NOW,
  },
  scannedBy: { nickname: 'Alice', avatarUrl: '' },
  explicit: true,
  matchTries: 2,
  accountId: 'acc_1',
  reason: null,
  attemptHash: 'hash-of-the-attempt',
  redeemedAt: null,
  code: null,
}

test('the lifetimes are the documented ones', () => {
  for (const method of ['website', 'official'] as const) expect(pendingMs(method)).toBe(600_000)
  for (const method of ['relay', 'sdk', 'scene'] as const) expect(pendingMs(method)).toBe(90_000)
  expect(SCANNED_MS).toBe(120_000)
  expect(CALLBACK_MS).toBe(600_000)
  // With the start of a node, and the next look, still within the five seconds in which a page hears of it.
  expect(BEAT_RESTS_MS).toBe(2_500)
})

describe('isOverdue', () => {
  test('a ticket is over at its last millisecond, not one later and not one earlier', () => {
    expect(isOverdue(record, NOW - 1)).toBe(false)
    expect(isOverdue(record, NOW)).toBe(true)
    expect(isOverdue(record, NOW + 1)).toBe(true)
  })

  test('time ends only what has not ended: a final status stays', () => {
    const ended = STATUSES.filter((status) => isOverdue({ ...record, status }, NOW + 1))
    expect(ended).toEqual(['pending', 'scanned', 'confirmed'] satisfies TicketStatus[])
  })
})

describe('presentTicket', () => {
  const ours = (pictureUrl: string) => `ours:${pictureUrl}`

  test('shows what the wire says, with the server’s time beside the expiry', () => {
    const view = presentTicket(record, NOW - 500, ours)
    expect(Ticket.parse(view)).toEqual(view)
    expect(Object.keys(view).sort()).toEqual(VIEW)
    expect(view).toMatchObject({ id: 'tkt_1', status: 'scanned', version: 7, expiresAt: NOW, serverTime: NOW - 500 })
    expect(view.scannedBy).toEqual({ nickname: 'Alice', avatarUrl: 'ours:' })
  })

  test('holds nothing worth stealing: no hash, openid, account, device or destination', () => {
    const text = JSON.stringify(presentTicket(record, NOW, ours))
    for (const secret of ['hash-of', 'openid', 'acc_1', '203.0.113.7', 'secret-path', 'matchTries', 'mp']) {
      expect(text).not.toContain(secret)
    }
  })
})

describe('presentUnattached', () => {
  const ids = createTicketIds({ keyring: createKeyring(['k']), clock: () => NOW, random: seededRandom('lifetime') })
  const claims = (method: 'website' | 'relay') => ids.mint({ method, appKey: 'mp', secret: 's' })

  test('a ticket without a row is pending until its time is up, then expired', () => {
    for (const method of ['website', 'relay'] as const) {
      const ticket = claims(method)
      const end = NOW + pendingMs(method)
      expect(presentUnattached(ticket, end - 1)).toMatchObject({ status: 'pending', expiresAt: end })
      expect(presentUnattached(ticket, end)).toMatchObject({ status: 'expired', expiresAt: end, serverTime: end })
    }
  })

  test('has version 0, so that the first row that is written is newer', () => {
    const view = presentUnattached(claims('relay'), NOW)
    expect(view.version).toBe(0)
    expect(Ticket.parse(view)).toEqual(view)
    expect(Object.keys(view).sort()).toEqual(VIEW)
  })
})
