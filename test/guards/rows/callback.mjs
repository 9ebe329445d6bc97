// What WeChat and the phone answer: S4 (state) and S9 (confirmation).
const CALLBACK = 'server/core/login/callback.ts'
const CONFIRM = 'server/core/login/confirm.ts'
const RESOLVE = 'server/core/login/resolve.ts'
const STATE = 'server/core/ticket/state.ts'
const ONCE_TEST = 'test/core/login/callback-once.test.ts'
const REFUSALS_TEST = 'test/core/login/callback-refusals.test.ts'
const WATCH = 'server/core/login/watch.ts'
const WITHOUT_ROW_TEST = 'test/attack/without-row.test.ts'
const STATES_TEST = 'test/attack/states.test.ts'
const STATE_OF_ANYBODY = [
  STATE,
  'Buffer.concat([signed, Buffer.from(secret)])',
  'secret === null ? Buffer.alloc(0) : signed',
]

const state = [
  {
    guard: 'a state is bound to the browser it was made for',
    remove: [STATE_OF_ANYBODY],
    test: REFUSALS_TEST,
    name: 'login CSRF: in another browser than the one that began',
  },
  {
    guard: 'the same, in the browsers of a whole service',
    remove: [STATE_OF_ANYBODY],
    test: STATES_TEST,
    name: 'the state is',
    each: 'another browser',
  },
  {
    guard: 'a state counts at the path of its own app',
    remove: [[CALLBACK, ' || claims.ticket.appTag !== appTag(input.app.key)', ' || appTag(input.app.key) === null']],
    test: REFUSALS_TEST,
    name: 'app mix-up: at the path of another app than the one its ticket was made for',
  },
  {
    guard: 'a state is over after ten minutes',
    remove: [[CALLBACK, 'if (until <= context.clock())', 'if (until <= 0)']],
    test: REFUSALS_TEST,
    name: 'history replay: ten minutes after the ticket was made',
  },
  {
    guard: 'also when nothing is left of its ticket, nor of its use',
    remove: [[CALLBACK, 'if (until <= context.clock())', 'if (until <= 0)']],
    test: WITHOUT_ROW_TEST,
    name: 'the callback of a ticket that was',
    each: 'SQLite after the purge the callback of a ticket that was redeemed',
  },
  {
    guard: 'a ticket that was given up before it had a row is remembered as that',
    remove: [[WATCH, 'if (fresh.expiresAt > now && (await tx.tickets.insert(fresh))) return fresh', '']],
    test: WITHOUT_ROW_TEST,
    name: 'by its page: WeChat’s answer to it is not exchanged, and lets nobody in',
    each: 'SQLite given up by its page',
  },
  {
    guard: 'what is over is not written down by giving it up',
    remove: [[WATCH, 'fresh.expiresAt > now && ', '']],
    test: WITHOUT_ROW_TEST,
    name: 'after its end: nothing is written',
    each: 'SQLite given up after its end',
  },
  {
    guard: 'a state rebuilds its ticket’s id with the key that signed it',
    remove: [
      [
        STATE,
        'ticketIds.fromPayload(signed.subarray(1, 30), keyIndex)',
        'ticketIds.fromPayload(signed.subarray(1, 30), 0)',
      ],
    ],
    test: WITHOUT_ROW_TEST,
    name: 'it is one ticket under either order of the keys',
    each: 'SQLite signed by the second of two keys it is one ticket',
  },
  {
    guard: 'a state is used once',
    remove: [
      [CALLBACK, 'if (known) return result(claims, await outcomeOf(context, known))', ''],
      ['server/db/memory/callbacks.ts', 'if ((await find(record.stateHash)) !== null) return false\n', ''],
      [CALLBACK, "website: ['pending'],", "website: ['pending', 'confirmed'],"],
    ],
    test: ONCE_TEST,
    name: 'later: the first outcome again, even with another code',
  },
  {
    guard: 'a state is signed',
    remove: [
      [STATE, 'if (keyIndex === -1) return null', ''],
      [STATE, 'signed.subarray(1, 30), keyIndex)', 'signed.subarray(1, 30), Math.max(0, keyIndex))'],
    ],
    test: 'test/core/ticket/state.test.ts',
    name: 'with any of its 108 characters changed to any other it is refused',
  },
  {
    guard: 'a state that comes twice is none',
    remove: [
      [
        'server/http/routes/callback.ts',
        "if (typeof state !== 'string' || state.length > STATE_MAX) throw new AppError('state_invalid')\n  return state",
        'return String([state].flat()[0])',
      ],
    ],
    test: STATES_TEST,
    name: 'the state is',
    each: 'website: the state is doubled',
  },
  {
    guard: 'a ticket that is over spends no code',
    remove: [[CALLBACK, 'if (!OPEN[purpose].includes(move.ticket.status)) return leaveAsIs(context, move)', '']],
    test: REFUSALS_TEST,
    name: 'after the page gave the ticket up: the outcome says so and the code is not spent',
  },
  {
    guard: 'a browser without the cookie gets a page that exchanges nothing',
    remove: [
      [
        'server/http/routes/callback.ts',
        'if (!login.holdsCookieFor({ state, ...held })) {',
        "if (!login.holdsCookieFor({ state, ...held }) && state === '') {",
      ],
    ],
    test: 'test/flow/fixation.test.ts',
    name: 'the bare callback',
  },
]

const confirmation = [
  {
    guard: 'only the phone that scanned answers',
    remove: [[CONFIRM, "if (stored.phoneHash !== sha256(secret)) return { holder: 'another phone' }", '']],
    test: 'test/core/login/confirm.test.ts',
    name: 'by anybody else is refused and changes nothing',
  },
  {
    guard: 'a code that another phone holds is not spent on',
    remove: [
      [
        CALLBACK,
        'if (ticket.phoneHash !== null && ticket.phoneHash !== record.phoneHash)',
        "if (ticket.phoneHash === 'nobody')",
      ],
    ],
    test: REFUSALS_TEST,
    name: 'once another phone has scanned: the second phone’s code is not spent',
  },
  {
    guard: 'the first phone holds the ticket: the move looks at whose it is',
    remove: [
      [
        RESOLVE,
        "const again = { status: ['scanned'], phoneHash, aliveAt: now, version } as const",
        "const again = { status: ['scanned'], aliveAt: now, version } as const",
      ],
    ],
    test: 'test/core/login/relay.test.ts',
    name: 'a confirmation belongs to one phone: the same person’s other phone is too late, too',
  },
  {
    guard: 'the consent must be the scanner’s own',
    remove: [
      [
        RESOLVE,
        'const other = earlier !== null && earlier.openid !== proof.openid',
        'const other = earlier === undefined',
      ],
    ],
    test: 'test/core/login/relay.test.ts',
    name: 'account switch: consent by another WeChat account',
  },
  {
    guard: 'whoever opens the link of a scene must be who scanned it',
    remove: [
      [
        'server/core/login/scene.ts',
        "if (move.ticket.proof?.openid !== proof.openid) return refuse(context, move, 'scanned_elsewhere')",
        '',
      ],
    ],
    test: 'test/core/login/scene-page.test.ts',
    name: 'attack: another openid opens the reply’s link',
  },
  {
    guard: 'the number that the page shows must be typed',
    remove: [
      [CONFIRM, 'if (!matchNumberIs(context.keyring, claims, matchNumber)) {', "if (matchNumber === 'never') {"],
    ],
    test: 'test/core/login/confirm.test.ts',
    name: 'the third ends the ticket, and then the right number is no use',
  },
  {
    guard: 'a missing number is a wrong one',
    remove: [
      [
        'server/core/ticket/match-number.ts',
        "return (given ?? '').normalize",
        'return given === undefined || given.normalize',
      ],
    ],
    test: 'test/core/ticket/match-number.test.ts',
    name: 'a missing number is a wrong number',
  },
  {
    guard: 'three wrong numbers end the ticket',
    remove: [[CONFIRM, 'matchTries < MATCH_TRIES ? { matchTries }', 'matchTries < 100 * MATCH_TRIES ? { matchTries }']],
    test: 'test/attack/crawl.test.ts',
    name: 'the number: three wrong ones end the ticket, and then the right one is too late',
  },
  {
    guard: 'guesses that come at once are counted one by one',
    remove: [
      [
        CONFIRM,
        "{ status: ['scanned'], version: record.version }, step.patch)",
        "{ status: ['scanned'] }, step.patch)",
      ],
      [
        CONFIRM,
        'const record = await tx.tickets.find(claims.id)\n      if (!record) throw new LostRace()',
        'const record = seen',
      ],
    ],
    test: 'test/core/login/confirm.test.ts',
    name: 'all hundred numbers sent at once are three guesses, not a hundred',
  },
  {
    guard: 'the confirmation takes our own origin',
    remove: [
      [
        'server/app.ts',
        "login.post('/api/confirmations/:id', own, guess",
        "login.post('/api/confirmations/:id', guess",
      ],
    ],
    test: 'test/attack/crawl.test.ts',
    name: 'the phone’s confirmation takes',
  },
  {
    guard: 'opening the code changes nothing',
    remove: [
      [
        'server/core/login/phone.ts',
        'const mine = record.phoneHash === sha256(secret)',
        "await context.store.write((tx) => tx.tickets.move(record.id, { status: ['pending'] }, { matchTries: 1 }))\n  const mine = record.phoneHash === sha256(secret)",
      ],
    ],
    test: 'test/attack/crawl.test.ts',
    name: 'every GET route, crawled twice, leaves the database as it was',
    each: 'by a preview inside WeChat',
  },
]

export const callback = [
  ...state.map((row) => ({ bar: 'S4', ...row })),
  ...confirmation.map((row) => ({ bar: 'S9', ...row })),
]
