// When a session's id is replaced, and by what.
import { describe, expect, test } from 'vitest'
import { createKeyring } from '#server/core/keyring.js'
import type { Renewal, SessionRecord } from '#server/core/ports.js'
import {
  knownSuccessor,
  RENEWAL_GRACE_MS,
  type RenewalStep,
  renewalStep,
  successorOf,
} from '#server/core/session/renew.js'
import { sessionHash } from '#server/core/session/session.js'
import { session } from '../../contract/records.js'

const NOW = 1_750_000_000_000
const [OLD, NEW] = ['hash of the old id', 'hash of the new id']
const record = (renewal: Renewal | null, kind: SessionRecord['kind'] = 'browser') =>
  session('acc_1', { hash: NEW, kind, renewal })
const renewal = (due: boolean, previousHash: string | null = null, takenAt: number | null = null): Renewal => ({
  due,
  previousHash,
  takenAt,
})

describe('what coming with an id asks for', () => {
  test.each<[string, Renewal | null, string, RenewalStep]>([
    ['of a session that never moved: nothing', null, NEW, null],
    ['of one that moved: a new id', renewal(true), NEW, 'begin'],
    ['the old one, while nobody has come with the new one: to be told again', renewal(false, OLD), OLD, 'again'],
    ['the new one for the first time: that it be noted', renewal(false, OLD), NEW, 'take'],
    ['the new one once that is noted: nothing', renewal(false, OLD, NOW - 1), NEW, null],
    ['the old one meanwhile: to be told again', renewal(false, OLD, NOW - 1), OLD, 'again'],
    ['of one that moved again before its new id was taken: first that it be noted', renewal(true, OLD), NEW, 'take'],
    ['of one that moved again, with the old one: to be told the same again', renewal(true, OLD), OLD, 'again'],
    [
      'of one that moved again within the grace: nothing yet',
      renewal(true, OLD, NOW - RENEWAL_GRACE_MS + 1),
      NEW,
      null,
    ],
    ['of one that moved again, after the grace: a new id', renewal(true, OLD, NOW - RENEWAL_GRACE_MS), NEW, 'begin'],
  ])('%s', (_, stored, claimed, step) => {
    expect(renewalStep(record(stored), claimed, NOW)).toBe(step)
  })

  test('a bearer token is never replaced', () => {
    for (const stored of [null, renewal(true), renewal(true, OLD), renewal(true, OLD, 1)]) {
      for (const claimed of [OLD, NEW]) expect(renewalStep(record(stored, 'bearer'), claimed, NOW)).toBeNull()
    }
  })
})

describe('the successor of an id', () => {
  const keyring = createKeyring(['k'.repeat(32)])

  test('is 256 bits, the same every time, another for every id and for every key', () => {
    const successor = successorOf(keyring, 'an id')
    expect(Buffer.from(successor, 'base64url')).toHaveLength(32)
    expect(successorOf(keyring, 'an id')).toBe(successor)
    expect(successorOf(keyring, 'another id')).not.toBe(successor)
    expect(successorOf(createKeyring(['l'.repeat(32)]), 'an id')).not.toBe(successor)
  })

  test('is known again after the keys were rotated, and to a node that has not rotated them yet', () => {
    const rotated = createKeyring(['l'.repeat(32), 'k'.repeat(32)])
    for (const [maker, reader] of [
      [keyring, rotated],
      [rotated, createKeyring(['k'.repeat(32), 'l'.repeat(32)])],
    ] as const) {
      const successor = successorOf(maker, 'an id')
      expect(knownSuccessor(reader, 'an id', sessionHash(successor))).toBe(successor)
    }
    expect(
      knownSuccessor(createKeyring(['m'.repeat(32)]), 'an id', sessionHash(successorOf(keyring, 'an id'))),
    ).toBeNull()
  })
})
