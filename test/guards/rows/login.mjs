// Who may collect a login, and how often: promises 3, 4 and 6, S2 (foreign claim).
const REDEEM = 'server/core/login/redeem.ts'
const TICKET_ID = 'server/core/ticket/ticket-id.ts'
const REDEEM_TEST = 'test/core/login/redeem.test.ts'
const ONCE_TEST = 'test/core/login/callback-once.test.ts'
const UNBOUND = [
  TICKET_ID,
  'return timingSafeEqual(commitment(secret, nonce), claims.payload.subarray(17, 29))',
  'return commitment(secret, nonce).length > 0',
]

const once = [
  {
    bar: 'promise 3',
    guard: 'a ticket is redeemed once: its status, and the guard of its move',
    remove: [
      [REDEEM, "if (record.status === 'redeemed') {", "if (record.status === 'denied') {"],
      [REDEEM, "if (record.status !== 'confirmed' || record.accountId === null)", 'if (record.accountId === null)'],
      [
        REDEEM,
        "const guard = { status: ['confirmed'], version: record.version } as const",
        "const guard = { status: ['confirmed', 'redeemed'] } as const",
      ],
    ],
    test: REDEEM_TEST,
    name: 'fifty tabs that redeem at once: one wins',
  },
  {
    bar: 'promise 3',
    guard: 'on many nodes the conditional move alone decides who redeems',
    remove: [
      [
        REDEEM,
        "const guard = { status: ['confirmed'], version: record.version } as const",
        "const guard = { status: ['confirmed', 'redeemed'] } as const",
      ],
    ],
    test: 'test/core/login/two-nodes.test.ts',
    name: 'promise 3: of fifty tabs that redeem one ticket on two nodes one wins',
  },
  {
    bar: 'promise 3',
    guard: 'only the browser whose secret the id commits to redeems',
    remove: [UNBOUND],
    test: REDEEM_TEST,
    name: 'ticket theft: no other browser can redeem',
  },
  {
    bar: 'promise 3',
    guard: 'another attempt gets nothing: attempts are compared, and the session’s id follows from them',
    remove: [
      [REDEEM, 'inTime && record.attemptHash === attemptHash ?', 'inTime || record.attemptHash === attemptHash ?'],
      [REDEEM, '[claims.id, attempt, secret]', '[claims.id, attempt.length > 0, secret]'],
    ],
    test: REDEEM_TEST,
    name: 'another attempt never gets it, not even at once',
  },
  {
    bar: 'promise 3',
    guard: 'after sixty seconds nobody gets the session again',
    remove: [[REDEEM, ' && now < record.redeemedAt + REDEEM_AGAIN_MS', '']],
    test: REDEEM_TEST,
    name: 'after sixty seconds nobody gets it again',
  },
  {
    bar: 'promise 3',
    guard: 'inside WeChat the attempt follows from the state: a callback again is the same session',
    remove: [
      [
        'server/core/login/official.ts',
        "sha256Of('official', entry.state)",
        "sha256Of('official', String(context.random(8)))",
      ],
    ],
    test: 'test/core/login/official.test.ts',
    name: 'promise 3: the same callback again and again is one session',
  },
  {
    bar: 'promise 4',
    guard: 'the insert that claims a state or a code decides who asks WeChat',
    remove: [
      [
        'server/db/memory/callbacks.ts',
        'if ((await find(record.stateHash)) !== null) return false\n      if (record.codeHash !== null && (await usedCode(record.codeHash))) return false\n',
        '',
      ],
    ],
    test: ONCE_TEST,
    name: 'at the same time: the code reaches WeChat once',
  },
  {
    bar: 'promise 4',
    guard: 'a code is unique, whatever state brings it',
    remove: [
      ['server/db/migrations/0001-tables.ts', 'code_hash ${hash} UNIQUE,', 'code_hash ${hash},'],
      [
        'server/db/memory/callbacks.ts',
        'if (record.codeHash !== null && (await usedCode(record.codeHash))) return false\n',
        '',
      ],
    ],
    test: ONCE_TEST,
    name: 'one code under two states at the same time reaches WeChat once',
  },
  {
    bar: 'promise 4',
    guard: 'the first outcome stays',
    remove: [
      ['server/db/callbacks.ts', 'WHERE state_hash = $hash AND outcome_status IS NULL', 'WHERE state_hash = $hash'],
      ['server/db/memory/callbacks.ts', 'if (record === null || record.outcome !== null)', 'if (record === null)'],
    ],
    test: 'test/contract/sqlite.test.ts',
    name: 'the first outcome stays',
  },
  {
    bar: 'promise 4',
    guard: 'an app’s code is claimed before it is spent',
    remove: [
      [
        'server/core/login/app-login.ts',
        'const first = await context.store.write((tx) => tx.callbacks.claim(record))',
        'const first = await context.store.write(async (tx) => (await tx.callbacks.claim(record)) || true)',
      ],
    ],
    test: 'test/core/login/app-login.test.ts',
    name: 'who comes while WeChat is being asked waits and gets the same session',
  },
  {
    bar: 'promise 4',
    guard: 'of two nodes that see a scan’s code one exchanges it',
    remove: [
      [
        'server/core/login/scan.ts',
        'if (!(await context.store.write((tx) => tx.callbacks.claim(record)))) return',
        'await context.store.write((tx) => tx.callbacks.claim(record))',
      ],
    ],
    test: 'test/core/login/sdk-nodes.test.ts',
    name: 'promise 4: a code that both see is exchanged by one of them',
  },
]

const binding = [
  {
    bar: 'promise 6',
    guard: 'the id commits to the secret of the browser that began',
    remove: [UNBOUND],
    test: 'test/core/login/watch.test.ts',
    name: 'promise 6: a photographed code cannot be attached to by another browser',
  },
  {
    bar: 'promise 6',
    guard: 'an id that we did not sign is none',
    remove: [
      [
        TICKET_ID,
        'return keyIndex === -1 ? null : claimsOf(payload, keyIndex, id)',
        'return claimsOf(payload, Math.max(0, keyIndex), id)',
      ],
    ],
    test: 'test/core/ticket/ticket-id.test.ts',
    name: 'with any single bit flipped is refused',
  },
  {
    bar: 'promise 6',
    guard: 'the match number is keyed: the id does not give it',
    remove: [
      [
        'server/core/ticket/match-number.ts',
        "keyring.mac('match', Buffer.from(ticket.id), ticket.keyIndex)",
        "createHash('sha256').update(keyring.size > 0 ? ticket.id : '').digest()",
      ],
      [
        'server/core/ticket/match-number.ts',
        "import type { Keyring } from '../keyring.js'",
        "import { createHash } from 'node:crypto'\nimport type { Keyring } from '../keyring.js'",
      ],
    ],
    test: 'test/core/ticket/match-number.test.ts',
    name: 'the attacker who knows the ticket’s id cannot compute it',
  },
  {
    bar: 'promise 6',
    guard: 'a value made for one purpose verifies for no other',
    remove: [['server/core/keyring.ts', '`saoma/${purpose}`', "`saoma/${purpose && ''}`"]],
    test: 'test/core/keyring.test.ts',
    name: 'a value made for one purpose never verifies for another',
  },
  {
    bar: 'S2',
    guard: 'whoever has not the cookie is told nothing, by whatever call',
    remove: [UNBOUND],
    test: 'test/flow/fixation.test.ts',
    name: 'a browser that knows everything in the QR and in the URL gets nothing',
  },
  {
    bar: 'S2',
    guard: 'unknown, expired and foreign get one answer',
    remove: [
      [
        'server/http/routes/tickets.ts',
        "if (!watched) throw new AppError('ticket_unknown')",
        "if (!watched) throw new AppError(visitors.browserSecret(ctx.req) ? 'ticket_over' : 'ticket_unknown')",
      ],
    ],
    test: 'test/attack/foreign-claim.test.ts',
    name: 'whoever knows the id of a ticket and has not its cookie',
  },
  {
    bar: 'S2',
    guard: 'of two cookies of one name neither counts',
    remove: [['server/http/cookies.ts', 'found.length === 1 ?', 'found.length >= 1 ?']],
    test: 'test/flow/attacks.test.ts',
    name: 'a secret of the attacker’s beside the victim’s own makes neither count',
  },
  {
    bar: 'S16',
    guard: 'where a ticket leads is stored when its browser may forget it',
    remove: [['server/core/login/watch.ts', ' && !visitor.mayForget', '']],
    test: 'test/flow/many-tabs.test.ts',
    name: 'with addresses that are',
    each: 'pages that wait by a socket with addresses that are as long as they may be',
  },
  {
    bar: 'S16',
    guard: 'what is stored nowhere else is not dropped',
    remove: [['server/http/kept-returns.ts', 'if (one.safe) continue', '']],
    test: 'test/flow/many-tabs.test.ts',
    name: 'with addresses that are',
    each: 'pages that wait by reading with addresses that are as long as they may be',
  },
]

const warning = [
  {
    guard: 'a computer in another region than usual is warned of',
    remove: [['server/core/login/elsewhere.ts', '&& !known.includes(regionOf(place))', '&& false']],
    test: 'test/flow/elsewhere.test.ts',
    name: 'a computer elsewhere than three logins before is warned of',
  },
]

export const login = [...once, ...binding, ...warning]
