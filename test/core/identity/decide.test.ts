// Each row of the design's identity decision, as one sentence and one example.
import { describe, expect, test } from 'vitest'
import { type Candidate, decide, type Facts } from '#server/core/identity/decide.js'
import type { Unionid } from '#server/core/ports.js'

const U = 'oUnionid1' as Unionid
const V = 'oUnionid2' as Unionid
const A: Candidate = { id: 'acc_a', createdAt: 100, status: 'active' }
const B: Candidate = { id: 'acc_b', createdAt: 200, status: 'active' }
const attention = { kind: 'refuse', reason: 'needs_attention' }
const disabled = { kind: 'refuse', reason: 'account_disabled' }

const nothing: Facts = {
  unionid: null,
  identity: null,
  union: null,
  heldUnionid: null,
  contradicted: false,
  keptApart: false,
}
const deciding = (facts: Partial<Facts>) => expect(decide({ ...nothing, ...facts }))

describe('unknown both', () => {
  test('a person nobody knows gets an account, with a unionid or without', () => {
    deciding({}).toEqual({ kind: 'create' })
    deciding({ unionid: U }).toEqual({ kind: 'create' })
  })
})

describe('openid known', () => {
  test('signs in when WeChat says no unionid', () => {
    deciding({ identity: { unionid: null, account: A } }).toEqual({ kind: 'sign_in', accountId: 'acc_a', learn: false })
  })

  test('signs in when WeChat leaves out the unionid that it once told', () => {
    const identity = { unionid: U, account: A }
    deciding({ identity, heldUnionid: U }).toEqual({ kind: 'sign_in', accountId: 'acc_a', learn: false })
  })

  test('signs in with the unionid that is stored', () => {
    const facts = { unionid: U, identity: { unionid: U, account: A }, union: A, heldUnionid: U }
    deciding(facts).toEqual({ kind: 'sign_in', accountId: 'acc_a', learn: false })
  })

  test('learns a unionid that is new', () => {
    const facts = { unionid: U, identity: { unionid: null, account: A } }
    deciding(facts).toEqual({ kind: 'sign_in', accountId: 'acc_a', learn: true })
  })

  test('learns a unionid that its account holds through another app', () => {
    const facts = { unionid: U, identity: { unionid: null, account: A }, union: A, heldUnionid: U }
    deciding(facts).toEqual({ kind: 'sign_in', accountId: 'acc_a', learn: true })
  })
})

describe('unionid known, openid new', () => {
  test('is linked to the account of the unionid', () => {
    deciding({ unionid: U, union: A }).toEqual({ kind: 'link', accountId: 'acc_a' })
  })
})

describe('openid on A, unionid on B', () => {
  const met = { unionid: U, identity: { unionid: null, account: B }, union: A }

  test('is a merge in which the older survives, whichever of the two the openid was on', () => {
    deciding(met).toEqual({ kind: 'merge', survivorId: 'acc_a', loserId: 'acc_b' })
    const mirrored = { ...met, identity: { unionid: null, account: A }, union: B }
    deciding(mirrored).toEqual({ kind: 'merge', survivorId: 'acc_a', loserId: 'acc_b' })
  })

  test('the older survives also when its id is the larger', () => {
    const union = { ...B, createdAt: 50 }
    const identity = { unionid: null, account: A }
    deciding({ ...met, identity, union }).toEqual({ kind: 'merge', survivorId: 'acc_b', loserId: 'acc_a' })
  })

  test('of equal age the smaller id survives', () => {
    const union = { ...A, createdAt: B.createdAt }
    deciding({ ...met, union }).toEqual({ kind: 'merge', survivorId: 'acc_a', loserId: 'acc_b' })
    const mirrored = { ...met, identity: { unionid: null, account: union }, union: B }
    deciding(mirrored).toEqual({ kind: 'merge', survivorId: 'acc_a', loserId: 'acc_b' })
  })

  test('an undone merge stays apart: each signs in to its own, and nothing is learnt', () => {
    deciding({ ...met, keptApart: true }).toEqual({ kind: 'sign_in', accountId: 'acc_b', learn: false })
  })

  test('who hold different unionids in another namespace are two people and need attention', () => {
    deciding({ ...met, contradicted: true }).toEqual(attention)
  })
})

describe('openid already tied to another unionid', () => {
  test('needs attention, whether the new unionid is somebody’s or nobody’s', () => {
    const identity = { unionid: V, account: A }
    deciding({ unionid: U, identity, heldUnionid: V }).toEqual(attention)
    deciding({ unionid: U, identity, heldUnionid: V, union: B }).toEqual(attention)
  })

  test('needs attention also when only the account, through another app, is tied to another unionid', () => {
    deciding({ unionid: U, identity: { unionid: null, account: A }, heldUnionid: V }).toEqual(attention)
  })
})

describe('an account that is not active', () => {
  test.each(['disabled', 'deleted', 'merged'] as const)('%s: lets nobody in by openid, unionid or merge', (status) => {
    const closed = { ...A, status }
    deciding({ identity: { unionid: null, account: closed } }).toEqual(disabled)
    deciding({ unionid: U, union: closed }).toEqual(disabled)
    deciding({ unionid: U, identity: { unionid: null, account: closed }, union: B }).toEqual(disabled)
    deciding({ unionid: U, identity: { unionid: null, account: B }, union: closed }).toEqual(disabled)
  })
})
