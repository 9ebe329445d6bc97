// How long a session lives, and what its owner sees of it.
import { describe, expect, test } from 'vitest'
import {
  presentSession,
  SESSION_ABSOLUTE_MS,
  SESSION_IDLE_MS,
  sessionExpiry,
  sessionHash,
} from '#server/core/session/session.js'
import { SessionView } from '#shared/api.js'

const BORN = 1_750_000_000_000
const DAY = 86_400_000

describe('sessionExpiry', () => {
  test('a session nobody uses is over after seven days', () => {
    expect(SESSION_IDLE_MS).toBe(7 * DAY)
    expect(sessionExpiry(BORN, BORN)).toBe(BORN + 7 * DAY)
  })

  test('each use gives it seven days more', () => {
    expect(sessionExpiry(BORN, BORN + 5 * DAY)).toBe(BORN + 12 * DAY)
  })

  test('after thirty days it is over however busy it is', () => {
    expect(SESSION_ABSOLUTE_MS).toBe(30 * DAY)
    expect(sessionExpiry(BORN, BORN + 23 * DAY)).toBe(BORN + 30 * DAY)
    expect(sessionExpiry(BORN, BORN + 23 * DAY + 1)).toBe(BORN + 30 * DAY)
    expect(sessionExpiry(BORN, BORN + 29 * DAY)).toBe(BORN + 30 * DAY)
  })

  test('daily use adds up to exactly thirty days', () => {
    let now = BORN
    for (let until = sessionExpiry(BORN, now); now < until; now += DAY) until = sessionExpiry(BORN, now)
    expect(now - BORN).toBe(30 * DAY)
  })
})

test('a session is stored under a hash, never under its id', () => {
  expect(sessionHash('a session id')).toMatch(/^[0-9a-f]{64}$/)
  expect(sessionHash('a session id')).not.toBe(sessionHash('a session iD'))
})

test('its owner sees what the wire says and nothing to log in with', () => {
  const view = presentSession({
    hash: sessionHash('a session id'),
    id: 'ses_1',
    accountId: 'acc_1',
    kind: 'browser',
    appKey: 'mp',
    method: 'relay',
    device: { browser: 'Firefox', os: 'Linux', address: '203.0.113.7', place: null },
    createdAt: BORN,
    lastSeenAt: BORN + 1,
    expiresAt: BORN + 2,
  })
  expect(SessionView.parse(view)).toEqual(view)
  expect(JSON.stringify(view)).not.toContain(sessionHash('a session id'))
  expect(Object.keys(view).sort()).toEqual(['createdAt', 'device', 'expiresAt', 'id', 'lastSeenAt', 'method'])
})
