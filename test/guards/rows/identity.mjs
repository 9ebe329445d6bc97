// One person, one account: promise 1, R1 and S15.
const DECIDE = 'server/core/identity/decide.ts'
const SIGN_IN = 'server/core/identity/sign-in.ts'
const MERGE = 'server/core/identity/merge.ts'
const ROWS = 'server/db/identities.ts'
const SIGN_IN_TEST = 'test/core/identity/sign-in.test.ts'
const MERGE_TEST = 'test/core/identity/merge.test.ts'
const DECIDE_TEST = 'test/core/identity/decide.test.ts'

const oneAccount = [
  {
    guard: 'a known unionid leads to its account, by a new door too',
    remove: [
      [
        DECIDE,
        "return union.status === 'active' ? { kind: 'link', accountId: union.id } : disabled",
        "return { kind: 'create' }",
      ],
    ],
    test: DECIDE_TEST,
    name: 'is linked to the account of the unionid',
  },
  {
    guard: 'an openid on one account and a unionid on another are a merge',
    remove: [[DECIDE, "return { kind: 'merge', ...elder(own, union) }", 'return union ? signIn(false) : attention']],
    test: 'test/core/identity/one-account.property.test.ts',
    name: 'the result does not depend on the order',
  },
  {
    guard: 'a unionid that is new is learnt',
    remove: [
      [
        DECIDE,
        'if (union === null || union.id === own.id) return signIn(true)',
        'if (union === null || union.id === own.id) return signIn(false)',
      ],
    ],
    test: SIGN_IN_TEST,
    name: 'who was first seen without a unionid keeps that account when the unionid becomes known',
  },
  {
    guard: 'a unionid belongs to one account',
    remove: [['server/db/migrations/0001-tables.ts', '      PRIMARY KEY (platform, unionid),\n', '']],
    test: 'test/contract/postgres.test.ts',
    name: 'fifty first logins of one person race: exactly one account gets the unionid',
  },
  {
    guard: 'on many nodes a first login that lost the unionid begins anew',
    remove: [
      [
        SIGN_IN,
        'if (unionid) must(await tx.identities.claimUnionid(platform, unionid, account.id))',
        'if (unionid) await tx.identities.claimUnionid(platform, unionid, account.id)',
      ],
    ],
    test: 'test/core/login/two-nodes.test.ts',
    name: 'promise 1: two hundred callbacks of one person through three apps',
  },
  {
    guard: 'accounts are held while somebody decides about them',
    remove: [
      [
        SIGN_IN,
        'if (!(await tx.accounts.lock(accountsOf(seen)))) return seen',
        'if (accountsOf(seen).length >= 0) return seen',
      ],
    ],
    test: 'test/core/identity/one-account.postgres.test.ts',
    name: 'promise 1: one person per Open Platform account has one account',
  },
]

const merges = [
  {
    guard: 'the older account survives',
    remove: [[DECIDE, 'a.createdAt !== b.createdAt ? a.createdAt < b.createdAt : a.id < b.id', 'a.id < b.id']],
    test: DECIDE_TEST,
    name: 'the older survives also when its id is the larger',
  },
  {
    guard: 'who is merged away becomes a tombstone that names the survivor',
    remove: [[MERGE, 'await tx.accounts.bury(loserId, survivorId)', '']],
    test: MERGE_TEST,
    name: 'leaves a tombstone that resolves to the survivor',
  },
  {
    guard: 'identities move with a merge',
    remove: [
      [ROWS, "await sql.run('UPDATE identities SET account_id = $toId WHERE account_id = $fromId', fromTo)", ''],
    ],
    test: MERGE_TEST,
    name: 'moves identities, unionid and living sessions to the older account',
  },
  {
    guard: 'sessions that move get a new id',
    remove: [[ROWS, 'SET account_id = $toId, renew = 1 WHERE', 'SET account_id = $toId, renew = 0 WHERE']],
    test: 'test/flow/renewal.test.ts',
    name: 'has another id after its next use, and is the same session',
  },
  {
    guard: 'an openid tied to another unionid lets nobody in: its own, and its account’s',
    remove: [
      [DECIDE, 'if (identity.unionid !== null) return attention', ''],
      [DECIDE, 'if (heldUnionid !== null && heldUnionid !== unionid) return attention', ''],
    ],
    test: DECIDE_TEST,
    name: 'needs attention, whether the new unionid is somebody’s or nobody’s',
  },
  {
    guard: 'so does one whose account holds another unionid',
    remove: [[DECIDE, 'if (heldUnionid !== null && heldUnionid !== unionid) return attention', '']],
    test: DECIDE_TEST,
    name: 'needs attention also when only the account, through another app, is tied to another unionid',
  },
  {
    guard: 'two who hold different unionids anywhere are two people',
    remove: [[DECIDE, 'if (contradicted) return attention', 'if (contradicted && unionid === null) return attention']],
    test: DECIDE_TEST,
    name: 'who hold different unionids in another namespace are two people and need attention',
  },
  {
    guard: 'an undone merge stays apart',
    remove: [
      [DECIDE, 'if (keptApart) return signIn(false)', 'if (keptApart && unionid === null) return signIn(false)'],
    ],
    test: SIGN_IN_TEST,
    name: 'an undone merge stays apart',
  },
  {
    guard: 'an account that is not active lets nobody in',
    remove: [[DECIDE, "if (own.status !== 'active') return disabled", '']],
    test: SIGN_IN_TEST,
    name: 'account lets nobody in, by no door',
  },
  {
    guard: 'a unionid means a person only in its own namespace',
    remove: [
      ['server/db/memory/people.ts', 'const key = pair(platform, unionid)', "const key = pair('main', unionid)"],
    ],
    test: SIGN_IN_TEST,
    name: 'namespace confusion: the same unionid under two Open Platform accounts is two people',
  },
  {
    guard: 'ids are compared byte by byte',
    remove: [
      [
        'server/db/memory/people.ts',
        'const key = pair(platform, unionid)',
        'const key = pair(platform, unionid.toLowerCase())',
      ],
    ],
    test: SIGN_IN_TEST,
    name: 'case merge: openids and unionids that differ only in case belong to different people',
  },
  {
    guard: 'on MariaDB too',
    remove: [
      [
        'server/db/dialect.ts',
        'ascii: (length) => `VARBINARY(${length})`',
        'ascii: (length) => `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_general_ci`',
      ],
    ],
    test: 'test/contract/mariadb.test.ts',
    name: 'case-or-space twins: openids and unionids that differ only so are different people',
  },
  {
    guard: 'a snapshot user is nobody',
    remove: [['server/core/login/prove.ts', "if (grant.snapshotUser) return { reason: 'snapshot_user' }", '']],
    test: 'test/core/login/callback.test.ts',
    name: 'a snapshot user is not a person',
  },
  {
    guard: 'before the confirmation nobody is made, and a ticket that ended leaves nobody behind',
    remove: [
      [
        'server/core/login/resolve.ts',
        '// A ticket that ended meanwhile must leave no account behind: the whole transaction goes.\n      if (!moved) throw new Overtaken()\n      return moved',
        'return moved ?? move.ticket',
      ],
    ],
    test: 'test/core/login/callback-once.test.ts',
    name: 'the page cancels: no account is left behind, and the outcome says cancelled',
  },
]

export const identity = [
  ...oneAccount.map((row) => ({ bar: 'promise 1', ...row })),
  ...merges.map((row) => ({ bar: 'S15', ...row })),
]
