// The promises of README that are no single bar's matter: never lost, always an end, a simulator in the box.
const REDEEM = 'server/core/login/redeem.ts'
const RESOLVE = 'server/core/login/resolve.ts'
const WATCH = 'server/core/login/watch.ts'
const REDEEM_TEST = 'test/core/login/redeem.test.ts'
const ONCE_TEST = 'test/core/login/callback-once.test.ts'
const LIVE_TEST = 'test/push/live.test.ts'
const CONFIG = 'server/config.ts'

const neverLost = [
  {
    guard: 'nothing settles, and so nothing is published, before the commit',
    remove: [['server/db/writer.ts', 'settle.push(await runJob(job))', ';(await runJob(job))()']],
    test: 'test/db/writer.test.ts',
    name: 'nothing settles before the commit, success and failure alike',
  },
  {
    guard: 'a commit reaches the disk before it counts',
    remove: [['server/db/sqlite.ts', "synchronous: Synchronous = 'FULL'", "synchronous: Synchronous = 'NORMAL'"]],
    test: 'test/db/file.test.ts',
    name: 'promise 2: unless somebody wants it otherwise, a commit is on the disk before it counts',
  },
  {
    guard: 'the same attempt gets the same session again',
    remove: [[REDEEM, 'inTime && record.attemptHash === attemptHash', 'false']],
    test: REDEEM_TEST,
    name: 'the same attempt gets the same session again for sixty seconds',
  },
  {
    guard: 'what is derived for a ticket uses the key that signed it',
    remove: [[REDEEM, 'Buffer.from(material), claims.keyIndex)', 'Buffer.from(material), 0)']],
    test: REDEEM_TEST,
    name: 'a key rotation between two attempts changes nothing',
  },
  {
    guard: 'a confirmed login waits a day for its browser',
    remove: [['server/core/ticket/lifetime.ts', 'CONFIRMED_MS = 24 * 3_600_000', 'CONFIRMED_MS = 600_000']],
    test: 'test/flow/never-lost.test.ts',
    name: 'a laptop that sleeps for eight hours',
  },
  {
    guard: 'a page that cancels cancels nothing that is confirmed',
    remove: [
      [
        WATCH,
        "{ status: ['pending', 'scanned'], aliveAt: now }, ended)",
        "{ status: ['pending', 'scanned', 'confirmed'], aliveAt: now }, ended)",
      ],
    ],
    test: 'test/core/login/watch.test.ts',
    name: 'promise 2: a confirmed login is never lost',
  },
  {
    guard: 'the clean-up after a crash ends nothing that is confirmed',
    remove: [
      [
        RESOLVE,
        "{ status: ['pending', 'scanned'], phoneHash: null }, patch)",
        "{ status: ['pending', 'scanned', 'confirmed'], phoneHash: null }, patch)",
      ],
    ],
    test: ONCE_TEST,
    name: 'promise 2: what had been confirmed before the crash is untouched by the clean-up',
  },
]

const alwaysAnEnd = [
  {
    guard: 'a page whose ticket has no row is told of its end as well',
    remove: [[WATCH, 'return records.length === ids.length ? seen :', 'return ids.length > 0 ? seen :']],
    test: 'test/core/login/watch.test.ts',
    name: 'ends what has no row, at its last millisecond',
  },
  {
    guard: 'a callback that another one has overtaken ends nothing',
    remove: [
      [
        'server/core/login/interrupted.ts',
        'if (await tx.callbacks.overtaken(record)) return [null, outcome] as const',
        '',
      ],
    ],
    test: ONCE_TEST,
    name: 'and what the same phone has achieved by opening the code once more goes on',
  },
  {
    guard: 'time ends a ticket',
    remove: [
      ['server/core/ticket/lifetime.ts', 'return !isFinal(record.status) && record.expiresAt <= now', 'return false'],
    ],
    test: 'test/flow/ends.test.ts',
    name: 'nothing at all happens → expired',
  },
  {
    guard: 'a code that nobody attached to expires without a row',
    remove: [['server/core/ticket/lifetime.ts', "expiresAt <= now ? 'expired' : 'pending'", "'pending'"]],
    test: 'test/flow/ends.test.ts',
    name: 'a code that no page ever attached to expires too',
  },
  {
    guard: 'the safety net reads everything again',
    remove: [
      [
        'server/push/live.ts',
        'read: async () => void (await Promise.all([tickets.readAll(), sessions.readAll()]))',
        'read: async () => {}',
      ],
    ],
    test: LIVE_TEST,
    name: 'the safety net finds changes by itself, one query for all',
  },
  {
    guard: 'what was read before a ticket’s end does not say how it ended',
    remove: [[WATCH, 'if (stored || askedAt >= end || now < end) return', 'if (stored || now > 0) return']],
    test: 'test/core/login/slow-read.test.ts',
    name: 'is confirmed to the page that attaches',
  },
  {
    guard: 'nor do many that were read at once',
    remove: [[WATCH, 'endOf(id) <= askedAt', 'endOf(id) <= askedAt + 1_000']],
    test: 'test/core/login/slow-read.test.ts',
    name: 'is not over to the page that waits',
  },
  {
    guard: 'who waits for an app that is gone is told so',
    remove: [[WATCH, "stored.status === 'pending') && !findApp(", "stored.status === 'denied') && !findApp("]],
    test: 'test/flow/app-gone.test.ts',
    name: 'is told on its socket, at once',
    each: 'relay a page that has waited before',
  },
  {
    guard: 'a ticket is read again right after its end',
    remove: [
      [
        'server/push/ticket-watches.ts',
        'if (left <= 0 || left > deps.horizonMs) return',
        'if (left < deps.horizonMs) return',
      ],
    ],
    test: LIVE_TEST,
    name: 'a ticket is read again right after its end, long before the next round',
  },
  {
    guard: 'an end that only time brought is news',
    remove: [
      ['server/push/ticket-watches.ts', ' || (ticket.version === known.version && ticket.status !== known.status)', ''],
    ],
    test: LIVE_TEST,
    name: 'an end that only time brought, at an unchanged version, is told',
  },
  {
    guard: 'a hint during attaching is not missed',
    remove: [['server/push/ticket-watches.ts', 'if (watch.stale && !watch.over) batch.add(watch.id)', '']],
    test: LIVE_TEST,
    name: 'a change during attaching is told right after it',
  },
  {
    guard: 'callbacks that a dead server left end at the next start',
    remove: [['server/core/login/interrupted.ts', 'for (const record of left) await interrupt(context, record)', '']],
    test: ONCE_TEST,
    name: 'at the next start, at once',
  },
  {
    guard: 'an error that is not WeChat’s ends the ticket too',
    remove: [
      [
        'server/core/login/callback.ts',
        "return endWith(context, move, purpose, reason ?? 'interrupted')",
        'throw error',
      ],
    ],
    test: 'test/core/login/callback.test.ts',
    name: 'an error that is not WeChat’s is interrupted',
    says: 'a bug of ours',
  },
  {
    guard: 'a poll of WeChat that breaks five times is given up',
    remove: [
      [
        'server/core/login/scan.ts',
        "if (failures >= MOST_FAILURES) return end(context, record.id, 'failed', 'platform_unreachable')",
        'if (failures >= MOST_FAILURES) return',
      ],
    ],
    test: 'test/core/login/sdk.test.ts',
    name: 'a poll that breaks is polled again; five in a row are the end',
  },
]

const thePage = [
  {
    guard: 'a page without a socket polls',
    remove: [
      ['web/login/watch.ts', "if (state === 'down') void read()\n      else plan()", "if (state !== 'down') plan()"],
      ['web/login/watch.ts', 'deaf || due ? POLL_MS : CARE_MS', 'due && deaf ? POLL_MS : CARE_MS'],
    ],
    test: 'test/web/login-watch.test.ts',
    name: 'two sockets in a row that do not open make the page poll',
  },
  {
    guard: 'a ticket is read at its end',
    remove: [
      [
        'web/login/watch.ts',
        'cancelEnd = timers.after(Math.max(0, at - timers.now()) + GRACE_MS, () => void read())',
        '',
      ],
      ['web/login/watch.ts', 'const due = timers.now() >= deadline', 'const due = timers.now() < 0'],
    ],
    test: 'test/web/login-machine.test.ts',
    name: 'at its end a ticket is read, not guessed at',
  },
  {
    guard: 'a live socket is not believed for ever',
    remove: [['web/login/watch.ts', 'deaf || due ? POLL_MS : CARE_MS', 'deaf || due ? POLL_MS : 1_000 * CARE_MS']],
    test: 'test/web/login-watch.test.ts',
    name: 'a live socket is not believed for ever: the ticket is read now and then',
  },
  {
    guard: 'a socket has to prove that it lives when its visitor is back',
    remove: [['web/line.ts', '      giveUpOn(socket, PROOF_MS)\n', '']],
    test: 'test/web/login-watch.test.ts',
    name: 'has to prove that it lives when the visitor comes back, and is replaced if it cannot',
  },
  {
    guard: 'pages that lost one server do not return as one',
    remove: [['web/line.ts', 'restarted ? RETURN_MS * timers.random() : pause()', 'restarted ? pause() : pause()']],
    test: 'test/web/stampede.test.ts',
    name: 'pages come back within ten seconds to a server that was away for',
  },
  {
    guard: 'a socket that opens and stays dumb is given up',
    remove: [['web/line.ts', '      mine.close()\n      lost(0)\n', '']],
    test: 'test/web/login-watch.test.ts',
    name: 'that opens and stays dumb is given up',
  },
  {
    guard: 'an answer that was lost is asked for with the same attempt',
    remove: [
      [
        'web/login/redeem.ts',
        'api.redeem(ticket.id, attempt, state.ticked, signal)',
        'api.redeem(ticket.id, `${attempt}${timers.now()}`, state.ticked, signal)',
      ],
    ],
    test: 'test/web/login-machine.test.ts',
    name: 'an answer that was lost is asked for again with the same attempt',
  },
]

const inTheBox = [
  {
    guard: 'without WECHAT_APPS the simulator starts',
    remove: [[CONFIG, "if (apps.length > 0 || wish === 'off') return null", 'if (wish === null) return null']],
    test: 'test/config/accepted.test.ts',
    name: 'nothing set starts the service on localhost with the simulator',
  },
  {
    guard: 'the program puts the simulator in WeChat’s place',
    remove: [['server/main.ts', 'simulator ? withSimulator(configured, simulator) : configured', 'configured']],
    test: 'test/flow/in-the-box.test.ts',
    name: 'website: WeChat’s code, WeChat’s phone, signed in',
  },
  {
    guard: 'the simulator is another site than the service',
    remove: [['server/simulator-process.ts', ': `http://127.0.0.1:${port}`', ': `http://localhost:${port}`']],
    test: 'test/flow/in-the-box.test.ts',
    name: 'it says where to look, and its pages are there',
  },
  {
    guard: 'production never starts the simulator',
    remove: [
      [
        CONFIG,
        "if (apps.length === 0) source.refuse('WECHAT_APPS', 'is required in production: write your WeChat apps')",
        '',
      ],
    ],
    test: 'test/config/refused.test.ts',
    name: 'contradictions are refused:',
  },
  {
    guard: 'with real apps there is no simulator',
    remove: [[CONFIG, "if (apps.length > 0 || wish === 'off') return null", "if (wish === 'off') return null"]],
    test: 'test/config/accepted.test.ts',
    name: 'turns the simulator off, and offers the methods for which there is an app',
  },
]

export const promises = [
  ...neverLost.map((row) => ({ bar: 'promise 2', ...row })),
  ...alwaysAnEnd.map((row) => ({ bar: 'promise 5', ...row })),
  ...thePage.map((row) => ({ bar: 'promise 5', ...row })),
  ...inTheBox.map((row) => ({ bar: 'promise 7', ...row })),
]
