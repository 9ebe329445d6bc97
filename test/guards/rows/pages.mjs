// What pages and cookies allow, what people’s names may do, and where chance comes from: S11, S12, S17 and S20.
const HEADERS = 'server/http/security-headers.ts'
const COOKIES = 'server/http/cookies.ts'
const HEADERS_TEST = 'test/flow/headers.test.ts'

const headers = [
  {
    guard: 'a thrown error keeps the headers: it ends in our own funnel',
    remove: [
      [
        'server/http/errors.ts',
        'answer(ctx, error, deps)\n    }',
        'if (!(error instanceof AppError)) throw error\n      answer(ctx, error, deps)\n    }',
      ],
    ],
    test: HEADERS_TEST,
    name: '500: it tells nobody what broke',
  },
  {
    guard: 'the funnel stands inside the headers',
    remove: [
      ['server/app.ts', '  app.use(securityHeaders(edge))\n', ''],
      [
        'server/app.ts',
        '  app.use(singleParameters)\n',
        '  app.use(singleParameters)\n  app.use(securityHeaders(edge))\n',
      ],
    ],
    test: HEADERS_TEST,
    name: 'every answer forbids to be sniffed, cached, framed or referred to',
  },
  {
    guard: 'nobody may frame us',
    remove: [[HEADERS, "form-action 'self';frame-ancestors 'none'", "form-action 'self';frame-ancestors 'self'"]],
    test: HEADERS_TEST,
    name: 'every answer forbids to be sniffed, cached, framed or referred to',
  },
  {
    guard: 'nothing is cached',
    remove: [[HEADERS, "'cache-control': 'no-store',", '']],
    test: HEADERS_TEST,
    name: 'every answer forbids to be sniffed, cached, framed or referred to',
  },
  {
    guard: 'what cannot be parsed is answered with the headers too',
    remove: [
      [
        'server/http/node-server.ts',
        "Object.entries({ ...headers, Connection: 'close'",
        "Object.entries({ ...(headers && {}), Connection: 'close'",
      ],
    ],
    test: 'test/http/node-server.test.ts',
    name: 'what cannot be parsed is answered, with every security header',
  },
  {
    guard: 'a request whose last headers would not be seen is refused',
    remove: [
      [
        'server/http/node-server.ts',
        'if (req.rawHeaders.length > 2 * MAX_HEADERS)',
        'if (req.rawHeaders.length > 1e9)',
      ],
    ],
    test: 'test/http/node-server.test.ts',
    name: 'more than 100 headers',
  },
  {
    guard: 'and so is a handshake',
    remove: [
      [
        'server/push/ws-binding.ts',
        'req.rawHeaders.length >= 2 * server.maxHeadersCount',
        'req.rawHeaders.length > 1e9',
      ],
    ],
    test: 'test/push/ws-binding.test.ts',
    name: 'a handshake of more headers than are read is refused',
  },
  {
    guard: 'a handshake names one host',
    remove: [['server/push/ws-binding.ts', 'if (hosts(req) !== 1) return 400', '']],
    test: 'test/push/ws-binding.test.ts',
    name: 'a handshake names one host, as every request does',
  },
  {
    guard: 'so is what ws would refuse by itself',
    remove: [['server/push/ws-binding.ts', "wss.on('wsClientError'", "wss.on('nothing'"]],
    test: 'test/push/ws-binding.test.ts',
    name: 'is refused with every security header, and without a body',
    each: 'a broken key',
  },
  {
    guard: 'scripts read no cookie',
    remove: [[COOKIES, '; httponly`', '`']],
    test: 'test/attack/cookies.test.ts',
    name: 'logging in and out, by each door, sets only such cookies',
  },
  {
    guard: 'other sites’ requests carry no cookie',
    remove: [[COOKIES, '; samesite=lax', '']],
    test: 'test/attack/cookies.test.ts',
    name: 'logging in and out, by each door, sets only such cookies',
  },
  {
    guard: 'over https a cookie is __Host-',
    remove: [[COOKIES, "secure ? '__Host-saoma-' : 'saoma-'", "secure ? 'saoma-' : 'saoma-'"]],
    test: HEADERS_TEST,
    name: 'every cookie is __Host-, Secure, HttpOnly, SameSite=Lax, Path=/ and names no domain',
  },
]

const names = [
  {
    bar: 'S11',
    guard: 'a nickname disturbs no line it stands in',
    remove: [['server/wechat/clean-profile.ts', ".replace(DISTURBING, '')", '.replace(DISTURBING, (found) => found)']],
    test: 'test/flow/names.test.ts',
    name: 'comes out as clean text',
  },
  {
    bar: 'S11',
    guard: 'what stands in a page’s HTML is escaped',
    remove: [['server/http/web-pages.ts', '() => escapeHtml(value)', '() => (escapeHtml(value) ? value : value)']],
    test: 'test/http/web-pages.test.ts',
    name: 'neither ends an attribute nor begins an element',
  },
  {
    bar: 'S11',
    guard: 'pages run our own scripts alone',
    remove: [['server/http/security-headers.ts', `"script-src 'self'",`, `"script-src 'self' 'unsafe-inline'",`]],
    test: HEADERS_TEST,
    name: 'frames nobody and is framed by nobody',
  },
  {
    bar: 'S12',
    guard: 'a picture is WeChat’s or none',
    remove: [
      ['server/wechat/clean-profile.ts', "if (!url.hostname.endsWith('.qlogo.cn') || url.port !== '') return ''", ''],
    ],
    test: 'test/wechat/clean-profile.test.ts',
    name: 'an avatar address',
  },
  {
    bar: 'S20',
    guard: 'a secret has 256 random bits',
    remove: [
      [
        'server/core/secrets.ts',
        "random(32).toString('base64url')",
        "Buffer.concat([random(8), Buffer.alloc(24)]).toString('base64url')",
      ],
    ],
    test: 'test/core/secrets.test.ts',
    name: 'a new secret is 256 random bits and reads back as itself',
  },
  {
    bar: 'S20',
    guard: 'an id has 128 random bits',
    remove: [
      [
        'server/core/ids.ts',
        "random(16).toString('base64url')",
        "Buffer.concat([random(4), Buffer.alloc(12)]).toString('base64url')",
      ],
    ],
    test: 'test/core/secrets.test.ts',
    name: 'an id says what it names and carries 128 random bits',
  },
  {
    bar: 'S20',
    guard: 'what is minted comes from the system’s strong bytes',
    remove: [
      [
        'server/server.ts',
        'random = createRandom(),',
        'random = (size) => createRandom()(size).map(() => Math.random() * 256),',
      ],
    ],
    test: 'test/architecture.test.ts',
    name: 'the server asks chance that can be foreseen for nothing',
  },
  {
    bar: 'S20',
    guard: 'no random byte is handed out twice',
    remove: [['server/random.ts', 'used += bytes', 'used += bytes - 1']],
    test: 'test/random.test.ts',
    name: 'guessing from what was used: no byte is handed out twice',
  },
  {
    bar: 'S20',
    guard: 'the core has no chance of its own',
    remove: [
      [
        'server/core/secrets.ts',
        "return random(32).toString('base64url')",
        "return random(32).map(() => Math.random() * 256).toString('base64url')",
      ],
    ],
    test: 'test/architecture.test.ts',
    name: 'the core has no clock, timer or chance of its own',
  },
  {
    bar: 'S20',
    guard: 'each state has a nonce of its own',
    remove: [['server/core/ticket/state.ts', 'ticket.payload, random(8)])', 'ticket.payload, random(8).fill(0)])']],
    test: 'test/core/ticket/state.test.ts',
    name: 'is never made twice, so that each opening of WeChat has its own single use',
  },
  {
    bar: 'S20',
    guard: 'each ticket has a nonce of its own',
    remove: [['server/core/ticket/ticket-id.ts', 'const nonce = random(8)', 'const nonce = random(8).fill(0)']],
    test: 'test/core/ticket/ticket-id.test.ts',
    name: 'is never made twice: 10,000 ids of one browser in one millisecond all differ',
  },
]

const files = [
  {
    guard: 'WeChat’s verify files are found by their exact path',
    remove: [
      ['server/http/routes/site-files.ts', 'contents.get(ctx.path)', 'contents.get(decodeURIComponent(ctx.path))'],
    ],
    test: 'test/flow/site-files.test.ts',
    name: 'path tricks lead nowhere',
    each: 'path tricks lead nowhere: /%4dP_verify',
  },
  {
    guard: 'a logo that is a document runs nothing',
    remove: [['server/http/routes/site-files.ts', "frame-ancestors 'none'; sandbox", "frame-ancestors 'none'"]],
    test: 'test/flow/site-files.test.ts',
    name: 'comes from us, and runs nothing where it is opened by itself',
  },
]

export const pages = [...[...headers, ...files].map((row) => ({ bar: 'S17', ...row })), ...names]
