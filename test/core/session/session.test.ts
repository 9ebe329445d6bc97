// How long a session lives, and what its owner sees of it.
import { describe, expect, test } from 'vitest'
import type { SessionRecord } from '#server/core/ports.js'
import {
  presentOwn,
  presentSession,
  SESSION_LIMITS,
  sessionExpiry,
  sessionHash,
  touchEvery,
} from '#server/core/session/session.js'
import { OwnSession, SessionView } from '#shared/api.js'

const BORN = 1_750_000_000_000
const DAY = 86_400_000
const MINUTE = 60_000
const usual = (createdAt: number, lastSeenAt: number) => sessionExpiry(SESSION_LIMITS, createdAt, lastSeenAt)

describe('sessionExpiry', () => {
  test('a session nobody uses is over after seven days', () => {
    expect(SESSION_LIMITS.idleMs).toBe(7 * DAY)
    expect(usual(BORN, BORN)).toBe(BORN + 7 * DAY)
  })

  test('each use gives it seven days more', () => {
    expect(usual(BORN, BORN + 5 * DAY)).toBe(BORN + 12 * DAY)
  })

  test('after thirty days it is over however busy it is', () => {
    expect(SESSION_LIMITS.absoluteMs).toBe(30 * DAY)
    expect(usual(BORN, BORN + 23 * DAY)).toBe(BORN + 30 * DAY)
    expect(usual(BORN, BORN + 23 * DAY + 1)).toBe(BORN + 30 * DAY)
    expect(usual(BORN, BORN + 29 * DAY)).toBe(BORN + 30 * DAY)
  })

  test('daily use adds up to exactly thirty days', () => {
    let now = BORN
    for (let until = usual(BORN, now); now < until; now += DAY) until = usual(BORN, now)
    expect(now - BORN).toBe(30 * DAY)
  })

  test('goes by the limits it is given', () => {
    const strict = { idleMs: 15 * MINUTE, absoluteMs: 60 * MINUTE }
    expect(sessionExpiry(strict, BORN, BORN)).toBe(BORN + 15 * MINUTE)
    expect(sessionExpiry(strict, BORN, BORN + 50 * MINUTE)).toBe(BORN + 60 * MINUTE)
  })
})

test('use is written down often enough that nobody who is there counts as idle', () => {
  expect(touchEvery(SESSION_LIMITS)).toBe(5 * MINUTE)
  expect(touchEvery({ idleMs: 15 * MINUTE, absoluteMs: DAY })).toBe(1.5 * MINUTE)
})

test('a session is stored under a hash, never under its id', () => {
  expect(sessionHash('a session id')).toMatch(/^[0-9a-f]{64}$/)
  expect(sessionHash('a session id')).not.toBe(sessionHash('a session iD'))
})

const record: SessionRecord = {
  hash: sessionHash('a session id'),
  id: 'ses_1',
  accountId: 'acc_1',
  kind: 'browser',
  appKey: 'mp',
  method: 'relay',
  device: { browser: 'Firefox 130', os: 'Linux', address: '203.0.113.7', place: null },
  createdAt: BORN,
  lastSeenAt: BORN + 1,
  expiresAt: BORN + 2,
  renewal: { due: false, previousHash: sessionHash('the id before'), takenAt: null },
}
const secrets = [record.hash, record.renewal?.previousHash ?? '']

test('its owner sees what the wire says and nothing to log in with', () => {
  const view = presentSession(record)
  expect(SessionView.parse(view)).toEqual(view)
  expect(Object.keys(view).sort()).toEqual(['createdAt', 'device', 'expiresAt', 'id', 'lastSeenAt', 'method'])
  for (const secret of secrets) expect(JSON.stringify(view)).not.toContain(secret)
})

describe('among the sessions of its account', () => {
  test('it is told apart by kind, name and whether it is the one that asks', () => {
    const view = presentOwn(record, 'ses_1')
    expect(OwnSession.parse(view)).toEqual(view)
    expect(view).toMatchObject({ kind: 'browser', name: 'Firefox 130 · Linux', current: true })
    expect(presentOwn(record, 'ses_2').current).toBe(false)
    for (const secret of secrets) expect(JSON.stringify(view)).not.toContain(secret)
  })

  test.each([
    ['Chrome 126', 'Unknown system', 'mp', 'Chrome 126'],
    ['Unknown browser', 'Android 15', 'app', 'Android 15'],
    ['Unknown browser', 'Unknown system', 'app', 'app'],
    ['Unknown browser', 'Unknown system', null, ''],
  ])('%s on %s, by the app %s, is called "%s"', (browser, os, appKey, name) => {
    const device = { ...record.device, browser, os }
    expect(presentOwn({ ...record, device, appKey }, 'ses_1').name).toBe(name)
  })
})
