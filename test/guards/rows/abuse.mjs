// What strangers and slow machines do to sockets, ports and budgets: S5, S6, S7, S8, R6, R15.
const BINDING = 'server/push/ws-binding.ts'
const LIVE = 'server/push/live.ts'
const SERVER = 'server/http/node-server.ts'
const BINDING_TEST = 'test/push/ws-binding.test.ts'
const SOCKETS_TEST = 'test/flow/sockets.test.ts'
const ORIGINS_TEST = 'test/attack/origins.test.ts'
const LIMITS_TEST = 'test/flow/limits.test.ts'
const EXACT = 'return origin === publicUrl'

const origin = [
  {
    guard: 'a socket is for our own origin, exactly: no suffix',
    remove: [['server/http/origin.ts', EXACT, 'return origin?.startsWith(publicUrl) === true']],
    test: ORIGINS_TEST,
    name: 'a page of any other origin is not given a socket',
  },
  {
    guard: 'no prefix, and no other scheme',
    remove: [['server/http/origin.ts', EXACT, 'return origin?.endsWith(new URL(publicUrl).host) === true']],
    test: ORIGINS_TEST,
    name: 'a page of any other origin is not given a socket',
  },
  {
    guard: 'the origin is looked at before the upgrade',
    remove: [[BINDING, 'if (!options.originAllowed(req.headers.origin, req)) return 403', '']],
    test: BINDING_TEST,
    name: 'cross-site hijacking: a page of any other origin is refused',
  },
  {
    guard: 'a page cannot call itself a program',
    remove: [['server/http/visitor.ts', 'if (headers.origin !== undefined) return null', '']],
    test: ORIGINS_TEST,
    name: 'the same page is refused as soon as it calls itself a program',
  },
  {
    guard: 'what changes something takes our own origin',
    remove: [['server/http/origin.ts', 'if (foreign)', "if (foreign && publicUrl === '')"]],
    test: 'test/flow/personal-data.test.ts',
    name: 'cross-site request: another site’s page erases nobody',
  },
  {
    guard: 'each route that changes something has that in front',
    remove: [['server/app.ts', "router.delete('/api/account', own, session", "router.delete('/api/account', session"]],
    test: 'test/attack/crawl.test.ts',
    name: 'every other route refuses a page of another site',
  },
  {
    guard: 'without an Origin, Sec-Fetch-Site counts',
    remove: [['server/http/origin.ts', "site !== '' && site !== 'same-origin'", "site === 'never'"]],
    test: 'test/flow/devices.test.ts',
    name: 'without an Origin, but from another site, is refused',
  },
]

const sockets = [
  {
    guard: 'a message has 4 KiB at most',
    remove: [[BINDING, 'maxPayload: 4_096', 'maxPayload: 4_096_000']],
    test: SOCKETS_TEST,
    name: 'more than 4 KiB → 1009',
  },
  {
    guard: 'a message comes in sixteen fragments at most',
    remove: [
      [BINDING, 'maxFragments: 16,', 'maxFragments: 16_000,'],
      [BINDING, 'maxBufferedChunks: 64,', 'maxBufferedChunks: 64_000,'],
    ],
    test: BINDING_TEST,
    name: 'message abuse',
  },
  {
    guard: 'bytes are no message',
    remove: [
      [
        BINDING,
        'connection?.message(isBinary ? null : String(data))',
        'connection?.message(isBinary ? String(data) : String(data))',
      ],
    ],
    test: BINDING_TEST,
    name: 'message abuse',
  },
  {
    guard: 'twenty messages a minute',
    remove: [
      [
        LIVE,
        'if (connection.messages > timing.messagesPerMinute) {',
        'if (connection.messages > 100 * timing.messagesPerMinute) {',
      ],
    ],
    test: 'test/push/closing.test.ts',
    name: 'with 4429 at the twenty-first message of a minute',
  },
  {
    guard: 'a reset during the upgrade has a listener',
    remove: [[BINDING, "socket.on('error', hangUp)", '']],
    test: BINDING_TEST,
    name: 'a reset during the upgrade, two hundred times, leaves the process alive and nothing behind',
  },
  {
    guard: 'what breaks the protocol on an open socket has a listener',
    remove: [[BINDING, "ws.on('error', onError)", '']],
    test: 'test/attack/fuzz.test.ts',
    name: 'fifteen hundred of them, with random frames until they are cut off',
  },
  {
    guard: 'pings without end end the socket',
    remove: [
      [BINDING, 'if (ws.noise > CONTROL_FRAMES_PER_MINUTE) ws.terminate()', 'if (ws.noise > 1e9) ws.terminate()'],
    ],
    test: 'test/attack/fuzz.test.ts',
    name: 'ends the socket it comes by',
  },
  {
    guard: 'places are counted by address',
    remove: [[BINDING, 'if ((perAddress.get(address) ?? 0) >= capacity.perAddress) return 429', '']],
    test: BINDING_TEST,
    name: 'a socket too many gets 503, one too many of an address 429',
  },
]

const slowness = [
  {
    guard: 'half a head is not waited for',
    remove: [
      [SERVER, 'headersTimeout: 10_000', 'headersTimeout: 60_000'],
      [SERVER, 'requestTimeout: 12_000', 'requestTimeout: 60_000'],
      [SERVER, 'server.setTimeout(silenceMs)', 'server.setTimeout(4 * silenceMs)'],
    ],
    test: 'test/attack/slowloris.test.ts',
    name: 'are gone within 15 s, and others log in meanwhile',
  },
  {
    guard: 'a socket that watches nothing is closed',
    remove: [[LIVE, "idle(connection, timing.watchWithin, CLOSE.nothingWatched, 'nothing watched')", '']],
    test: 'test/push/closing.test.ts',
    name: 'with 4408 when it watches nothing in time',
  },
  {
    guard: 'an answer that nobody reads is given up',
    remove: [[SERVER, 'server.setTimeout(silenceMs)', 'server.setTimeout(100 * silenceMs)']],
    test: 'test/http/node-server.test.ts',
    name: 'an answer that nobody reads is given up, with its memory',
  },
  {
    guard: 'a peer that answers no ping is ended',
    remove: [['server/push/heartbeat.ts', 'if (unanswered.delete(peer)) peer.terminate()', 'unanswered.delete(peer)']],
    test: BINDING_TEST,
    name: 'a peer that does not answer pings is gone soon, one that does stays',
  },
]

const floods = [
  {
    guard: 'tickets have a rate',
    remove: [['server/app.ts', "each('create', 'createByBrowser'), readJson", 'readJson']],
    test: LIMITS_TEST,
    name: 'from one address is let through as far as the table says, whatever X-Forwarded-For it invents',
  },
  {
    guard: 'X-Forwarded-For counts as far as trusted proxies wrote it',
    remove: [['server/http/visitor.ts', 'if (trustedProxies === 0) return directAddress(req)', '']],
    test: LIMITS_TEST,
    name: 'where no proxy is trusted, a header that claims one is no way out',
  },
  {
    guard: 'whoever has an address of a network has all of them',
    remove: [
      ['server/http/limits/network.ts', 'return prefixOf(address, 24, 56)', 'return prefixOf(address, 32, 128)'],
    ],
    test: LIMITS_TEST,
    name: 'from one /24, or one IPv6 /56, is one visitor’s',
  },
  {
    guard: 'a begun ticket writes no row',
    remove: [
      [
        'server/core/login/begin.ts',
        'context.meter?.ticketBegun(method)',
        'const row = { stateHash: claims.id, codeHash: null, phoneHash: null, ticketId: claims.id, startedAt: 0, beat: 0, outcome: null }\n  void context.store.write((tx) => tx.callbacks.claim(row))\n  context.meter?.ticketBegun(method)',
      ],
    ],
    test: 'test/core/login/begin.test.ts',
    name: 'ticket flood: a thousand begun tickets write no row, publish nothing and ask WeChat nothing',
  },
  {
    guard: 'so many tickets wait at once, and no more',
    remove: [
      [
        'server/core/ticket/room.ts',
        'if ((await counted) + mine > most) {',
        'if ((await counted) + mine > 1_000 * most) {',
      ],
    ],
    test: 'test/core/ticket/room.test.ts',
    name: 'so many are let in as there is room for, and the rest hear that it is busy',
  },
  {
    guard: 'a photographed code costs WeChat ten exchanges',
    remove: [
      [
        'server/core/login/callback.ts',
        "> CALLBACKS_A_TICKET) throw new AppError('ticket_over')",
        "> 100 * CALLBACKS_A_TICKET) throw new AppError('ticket_over')",
      ],
    ],
    test: 'test/flow/attacks.test.ts',
    name: 'costs WeChat at most ten exchanges, however many states a stranger collects and sends at once',
  },
]

const endings = [
  {
    bar: 'R15',
    guard: 'a socket that does not take what it is told is cut off at 64 KiB',
    remove: [
      [
        LIVE,
        'if (socket.bufferedAmount > timing.maxBufferedBytes) {',
        'if (socket.bufferedAmount > 1_000_000 * timing.maxBufferedBytes) {',
      ],
    ],
    test: BINDING_TEST,
    name: 'slow reader: a socket that does not take what it is told is cut off, and others are not',
  },
  {
    bar: 'R15',
    guard: 'a socket that reads nothing is cut off: by what waits for it, or by a ping',
    remove: [
      [
        LIVE,
        'if (socket.bufferedAmount > timing.maxBufferedBytes) {',
        'if (socket.bufferedAmount > 1_000_000 * timing.maxBufferedBytes) {',
      ],
      ['server/push/heartbeat.ts', 'if (unanswered.delete(peer)) peer.terminate()', 'unanswered.delete(peer)'],
    ],
    test: 'test/push/slow-readers.test.ts',
    name: 'a hundred sockets that never read, with a hundred changes each, are cut off',
  },
  {
    bar: 'R6',
    guard: 'who is drained hears it with an answer, and is not cut off',
    remove: [['server/server.ts', '        connections.dismiss()\n', '']],
    test: 'test/flow/drain.test.ts',
    name: 'a drain under load',
  },
  {
    bar: 'R6',
    guard: 'a node that drains is not ready',
    remove: [
      ['server/readiness.ts', "if (draining()) reasons.unshift('draining')", 'if (draining()) reasons.push(...[])'],
    ],
    test: 'test/flow/drain.test.ts',
    name: 'DRAIN_DELAY: for so long it is not ready and serves all the same',
  },
  {
    bar: 'R6',
    guard: 'sockets are told 1012',
    remove: [
      [
        LIVE,
        "for (const connection of leaving.slice(from, to)) end(connection, CLOSE.drain, 'restarting')",
        'for (const { socket } of leaving.slice(from, to)) socket.terminate()',
      ],
    ],
    test: BINDING_TEST,
    name: 'says 1012 to everybody and refuses newcomers',
  },
  {
    bar: 'R11',
    guard: 'after twenty faults WeChat is left alone',
    remove: [
      [
        'server/wechat/breaker.ts',
        "if (row >= limits.inARow || often) become('open')",
        "if (often && row < 0) become('open')",
      ],
    ],
    test: 'test/wechat/breaker.test.ts',
    name: 'opens with the twentieth fault in a row, and lets nobody through',
  },
]

export const abuse = [
  ...origin.map((row) => ({ bar: 'S5', ...row })),
  ...sockets.map((row) => ({ bar: 'S6', ...row })),
  ...slowness.map((row) => ({ bar: 'S7', ...row })),
  ...floods.map((row) => ({ bar: 'S8', ...row })),
  ...endings,
]
