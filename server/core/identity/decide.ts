// The identity decision: who is this, given what WeChat just proved and what is stored. A table, and nothing else.
import type { AccountStatus, Unionid } from '../ports.js'

/** An account as far as the decision needs it. */
export interface Candidate {
  readonly id: string
  readonly createdAt: number
  readonly status: AccountStatus
}

export interface Facts<Account extends Candidate = Candidate> {
  /** The unionid WeChat gave just now, or null. */
  readonly unionid: Unionid | null
  /** The identity (app, openid), if it is known: its stored unionid and its account. */
  readonly identity: { readonly unionid: Unionid | null; readonly account: Account } | null
  /** The account that the given unionid means in this namespace, if any. */
  readonly union: Account | null
  /** The unionid that the identity's account holds in this namespace, through whatever app. */
  readonly heldUnionid: Unionid | null
  /** True when identity's and union's accounts hold different unionids in some namespace: then they are two people. */
  readonly contradicted: boolean
  /** True when these two accounts were merged once and an operator took that back. */
  readonly keptApart: boolean
}

export type Decision =
  | { readonly kind: 'create' }
  /** `learn`: the unionid is new to this identity (and to its account, unless it is held already). */
  | { readonly kind: 'sign_in'; readonly accountId: string; readonly learn: boolean }
  | { readonly kind: 'link'; readonly accountId: string }
  | { readonly kind: 'merge'; readonly survivorId: string; readonly loserId: string }
  | { readonly kind: 'refuse'; readonly reason: 'needs_attention' | 'account_disabled' }

const attention: Decision = { kind: 'refuse', reason: 'needs_attention' }
const disabled: Decision = { kind: 'refuse', reason: 'account_disabled' }

/** The one that was there first survives; of equal age, the one with the smaller id. */
function elder(a: Candidate, b: Candidate): { survivorId: string; loserId: string } {
  const aFirst = a.createdAt !== b.createdAt ? a.createdAt < b.createdAt : a.id < b.id
  return aFirst ? { survivorId: a.id, loserId: b.id } : { survivorId: b.id, loserId: a.id }
}

/**
 * Decides what a proof means. Pure and total: every combination of facts has exactly one answer.
 *
 * An openid never changes its unionid by itself: WeChat does that only when an app moves to another Open Platform
 * account, and then an operator has to say so. Until then nobody is signed in, linked or merged by it.
 */
export function decide(facts: Facts): Decision {
  const { unionid, identity, union, heldUnionid, contradicted, keptApart } = facts

  if (identity === null) {
    if (union === null) return { kind: 'create' }
    return union.status === 'active' ? { kind: 'link', accountId: union.id } : disabled
  }

  const own = identity.account
  if (own.status !== 'active') return disabled
  const signIn = (learn: boolean): Decision => ({ kind: 'sign_in', accountId: own.id, learn })

  if (unionid === null || identity.unionid === unionid) return signIn(false)
  if (identity.unionid !== null) return attention
  if (heldUnionid !== null && heldUnionid !== unionid) return attention
  if (union === null || union.id === own.id) return signIn(true)
  if (keptApart) return signIn(false)
  if (union.status !== 'active') return disabled
  if (contradicted) return attention
  return { kind: 'merge', ...elder(own, union) }
}
