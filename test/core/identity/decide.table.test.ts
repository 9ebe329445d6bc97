// The identity decision over every combination of facts, against a table of its own: each row says in words when it
// speaks, exactly one row speaks for each combination, and every row speaks for some.
import { describe, expect, test } from 'vitest'
import { type Candidate, type Decision, decide, type Facts } from '#server/core/identity/decide.js'
import type { AccountStatus, Unionid } from '#server/core/ports.js'

const TOLD = 'unionid-told-now' as Unionid
const OTHER = 'unionid-of-someone' as Unionid
const STATUSES: readonly AccountStatus[] = ['active', 'disabled', 'merged', 'deleted']

/** The facts in the words of the table. */
interface Situation {
  openid: 'unknown' | 'of an active account' | 'of a closed account'
  /** What the unionid says that the openid's row does not: nothing, its first one, or another than the stored one. */
  news: 'nothing' | 'first' | 'another'
  /** Whether the openid's account holds another unionid here, through another app. */
  holdsAnother: boolean
  union: 'nobody' | 'the same account' | 'an active account' | 'a closed account'
  keptApart: boolean
  contradicted: boolean
}

interface Row {
  says: string
  when: { [Word in keyof Situation]?: Situation[Word] | readonly Situation[Word][] }
  answer: (facts: Facts) => Decision
}

const known = { openid: 'of an active account' } as const
const first = { ...known, news: 'first', holdsAnother: false } as const
const aClosedOrActiveOne = ['an active account', 'a closed account'] as const
const attention = (): Decision => ({ kind: 'refuse', reason: 'needs_attention' })
const disabled = (): Decision => ({ kind: 'refuse', reason: 'account_disabled' })
const signIn =
  (learn: boolean) =>
  (facts: Facts): Decision => ({ kind: 'sign_in', accountId: own(facts).id, learn })

const TABLE: readonly Row[] = [
  {
    says: 'a stranger to both gets an account',
    when: { openid: 'unknown', union: 'nobody' },
    answer: () => ({ kind: 'create' }),
  },
  {
    says: 'a known person at a new door is linked',
    when: { openid: 'unknown', union: ['an active account', 'the same account'] },
    answer: (facts) => ({ kind: 'link', accountId: facts.union?.id ?? 'none' }),
  },
  {
    says: 'a new door does not lead into a closed account',
    when: { openid: 'unknown', union: 'a closed account' },
    answer: disabled,
  },
  {
    says: 'a closed account lets nobody in, whatever WeChat says',
    when: { openid: 'of a closed account' },
    answer: disabled,
  },
  { says: 'a known openid without news signs in', when: { ...known, news: 'nothing' }, answer: signIn(false) },
  {
    says: 'an openid that comes with another unionid needs attention',
    when: { ...known, news: 'another' },
    answer: attention,
  },
  {
    says: 'an openid whose account holds another unionid needs attention',
    when: { ...known, news: 'first', holdsAnother: true },
    answer: attention,
  },
  {
    says: 'a unionid that is nobody’s, or ours already, is learnt',
    when: { ...first, union: ['nobody', 'the same account'] },
    answer: signIn(true),
  },
  {
    says: 'an undone merge stays apart',
    when: { ...first, union: aClosedOrActiveOne, keptApart: true },
    answer: signIn(false),
  },
  {
    says: 'nobody is merged with a closed account',
    when: { ...first, union: 'a closed account', keptApart: false },
    answer: disabled,
  },
  {
    says: 'two accounts with different unionids elsewhere are two people',
    when: { ...first, union: 'an active account', keptApart: false, contradicted: true },
    answer: attention,
  },
  {
    says: 'one person with two accounts gets one: the older',
    when: { ...first, union: 'an active account', keptApart: false, contradicted: false },
    answer: (facts) => {
      const [survivor, loser] = [own(facts), facts.union ?? own(facts)].sort(byAge)
      return { kind: 'merge', survivorId: survivor?.id ?? '', loserId: loser?.id ?? '' }
    },
  },
]

function own(facts: Facts): Candidate {
  if (!facts.identity) throw new Error('This row is about a known openid.')
  return facts.identity.account
}

function byAge(one: Candidate, other: Candidate): number {
  if (one.createdAt !== other.createdAt) return one.createdAt - other.createdAt
  return one.id < other.id ? -1 : 1
}

function situation({ unionid, identity, union, heldUnionid, contradicted, keptApart }: Facts): Situation {
  const open = (account: Candidate) => account.status === 'active'
  return {
    openid: !identity ? 'unknown' : open(identity.account) ? 'of an active account' : 'of a closed account',
    news: unionid === null || identity?.unionid === unionid ? 'nothing' : identity?.unionid ? 'another' : 'first',
    holdsAnother: heldUnionid !== null && heldUnionid !== unionid,
    union: !union
      ? 'nobody'
      : union.id === identity?.account.id
        ? 'the same account'
        : open(union)
          ? 'an active account'
          : 'a closed account',
    contradicted,
    keptApart,
  }
}

function speaks(row: Row, now: Situation): boolean {
  return Object.entries(row.when).every(([word, value]) => [value].flat().includes(now[word as keyof Situation]))
}

/** Every combination, also those that the stores never produce: the decision is total. */
function* everyCombination(): Generator<Facts> {
  const account = (id: string, createdAt: number, status: AccountStatus): Candidate => ({ id, createdAt, status })
  const identities = [
    null,
    ...[null, TOLD, OTHER].flatMap((unionid) =>
      STATUSES.map((status) => ({ unionid, account: account('acc_m', 20, status) })),
    ),
  ]
  const others = STATUSES.flatMap((status) =>
    [10, 20, 30].flatMap((age) => ['acc_a', 'acc_z'].map((id) => account(id, age, status))),
  )
  for (const unionid of [null, TOLD])
    for (const identity of identities)
      for (const union of [null, ...(identity ? [identity.account] : []), ...others])
        for (const heldUnionid of [null, TOLD, OTHER])
          for (const contradicted of [false, true])
            for (const keptApart of [false, true])
              yield { unionid, identity, union, heldUnionid, contradicted, keptApart }
}

const ALL = [...everyCombination()]

describe('the decision table', () => {
  test('has exactly one row for each of the 8,088 combinations, and no row without one', () => {
    expect(ALL).toHaveLength(2 * (25 + 12 * 26) * 12)
    const used = new Map(TABLE.map((row) => [row, 0]))
    for (const facts of ALL) {
      const speaking = TABLE.filter((row) => speaks(row, situation(facts)))
      expect(
        speaking.map((row) => row.says),
        JSON.stringify(facts),
      ).toHaveLength(1)
      for (const row of speaking) used.set(row, (used.get(row) ?? 0) + 1)
    }
    expect([...used].filter(([, times]) => times === 0)).toEqual([])
  })

  test.each(TABLE.map((row) => [row.says, row] as const))('%s', (_, row) => {
    for (const facts of ALL.filter((one) => speaks(row, situation(one)))) {
      expect(decide(facts), JSON.stringify(facts)).toEqual(row.answer(facts))
    }
  })
})

describe('whatever the facts', () => {
  test('nobody ever enters, joins or survives in an account that is not active', () => {
    for (const facts of ALL) {
      const decision = decide(facts)
      const closed = [facts.identity?.account, facts.union].filter((one) => one && one.status !== 'active')
      for (const account of closed) expect(JSON.stringify(decision), JSON.stringify(facts)).not.toContain(account?.id)
    }
  })

  test('without a unionid nobody is linked or merged', () => {
    const kinds = ALL.filter((one) => one.unionid === null && one.identity).map((one) => decide(one).kind)
    expect(new Set(kinds)).toEqual(new Set(['sign_in', 'refuse']))
  })

  test('the answer to the same facts is the same, and the facts are left as they were', () => {
    for (const facts of ALL) {
      const before = JSON.stringify(facts)
      expect(decide(facts)).toEqual(decide(facts))
      expect(JSON.stringify(facts)).toBe(before)
    }
  })
})
