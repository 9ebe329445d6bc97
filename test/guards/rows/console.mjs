// The operator's console: who gets in, who is kept out, and what an old login may not do.
const ROUTES = 'server/operator-routes.ts'
const ROLE = 'server/core/operator/role.ts'
const CODE = 'server/core/operator/code.ts'
const TEST = 'test/attack/console.test.ts'
const CODE_TEST = 'test/attack/console-code.test.ts'

export const console = [
  {
    guard: 'the console is for those who have the role',
    remove: [[ROLE, '|| !(await read.operators.has(account.id))', '']],
    test: TEST,
    name: 'so does somebody who is signed in and no operator',
    each: 'GET /api/admin/operators',
  },
  {
    guard: 'the role is asked once more when the body has come',
    remove: [[ROUTES, 'own, readJson, operatorOnly, accounts.order', 'own, readJson, accounts.order']],
    test: TEST,
    name: 'while a slow body was on its way gives no order any more',
  },
  {
    guard: 'a program’s token opens no console',
    remove: [[ROLE, "if (session.kind !== 'browser') return null", '']],
    test: TEST,
    name: 'so does a program with a good token of an operator',
    each: 'GET /api/admin/operators',
  },
  {
    guard: 'a code is used up by who claims it',
    remove: [
      ['server/db/operators.ts', "await sql.run('DELETE FROM operator_codes')\n", ''],
      ['server/db/operators.ts', 'if (used !== 1) return false', 'if (used !== 1) return true'],
      [CODE, 'good.length === 0 || ', ''],
    ],
    test: CODE_TEST,
    name: 'replayed: it is good once, and by nobody afterwards',
  },
  {
    guard: 'guesses of the code are counted',
    remove: [[ROUTES, 'own, badCode, readJson', 'own, readJson']],
    test: CODE_TEST,
    name: 'guessed: every wrong one is refused alike',
  },
  {
    guard: 'a code is too old after a day',
    remove: [
      [
        'server/db/operators.ts',
        'SELECT hash FROM operator_codes WHERE expires_at > $now',
        'SELECT hash FROM operator_codes WHERE $now > 0',
      ],
    ],
    test: CODE_TEST,
    name: 'too old: after a day it is good for nothing',
  },
  {
    guard: 'orders are given by our own page',
    remove: [[ROUTES, 'operatorOnly, own, readJson, operatorOnly', 'operatorOnly, readJson, operatorOnly']],
    test: TEST,
    name: 'gives no order and begins no work',
  },
  {
    guard: 'a grave order takes a fresh login',
    remove: [['server/http/routes/admin/accounts.ts', 'if (isGrave(wanted)) demandFresh(operator, clock())', '']],
    test: TEST,
    name: 'an old login gives light orders and no grave one',
  },
  {
    guard: 'with an account its role goes',
    remove: [['server/core/account/erase.ts', 'await tx.operators.revoke(family)', '']],
    test: TEST,
    name: 'with the account disabled or deleted is no role',
  },
  {
    guard: 'where an operator sat stays out of what people take along',
    remove: [['server/core/account/export.ts', "entry.actor === 'operator' ?", "entry.actor === 'wechat' ?"]],
    test: 'test/flow/console.test.ts',
    name: 'whoever looks at an account leaves a trace that the person can take along',
  },
  {
    guard: 'a code is told where no operator can log in any more',
    remove: [[CODE, "one?.status === 'active'", "one?.status !== 'merged'"]],
    test: 'test/operator/first-operator.test.ts',
    name: 'is asked for again where none of the operators can log in any more',
  },
].map((row) => ({ bar: 'S', ...row }))
