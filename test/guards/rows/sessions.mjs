// Sessions and what is pushed to us: S3 (fixation and resurrection), S16 (where a login leads), S21 (notices), S22 (erasure).
const REDEEM = 'server/core/login/redeem.ts'
const ROWS = 'server/db/sessions.ts'
const RETURN_TO = 'server/http/return-to.ts'
const PUSHES = 'server/wechat/pushes/pushes.ts'
const ERASE = 'server/core/account/erase.ts'
const SESSION_TEST = 'test/flow/session.test.ts'
const REDIRECTS_TEST = 'test/attack/redirects.test.ts'
const PUSHES_TEST = 'test/wechat/pushes/pushes.test.ts'
const ERASE_TEST = 'test/core/account/erase.test.ts'

const fixation = [
  {
    guard: 'what may have been another person’s is shown to nobody',
    remove: [['server/core/account/parted.ts', 'undoneAt !== null && survivorId', 'undoneAt === 0 && survivorId']],
    test: 'test/flow/logins.test.ts',
    name: 'show none that may have been the other’s, once an operator has seen that they are two people',
  },
  {
    guard: 'each login mints an id of its own',
    remove: [[REDEEM, 'JSON.stringify([claims.id, attempt, secret])', 'JSON.stringify([attempt.length > 0, secret])']],
    test: 'test/core/login/redeem.test.ts',
    name: 'two logins of one browser have nothing in common',
  },
  {
    guard: 'the session before ends in the same commit',
    remove: [
      [
        REDEEM,
        'const ended = previous && (await tx.sessions.end(previous.id, now))',
        'const ended = null as SessionRecord | null',
      ],
    ],
    test: SESSION_TEST,
    name: 'the next login in a browser ends the session before it, and its page is told',
  },
  {
    guard: 'of two session cookies neither counts',
    remove: [['server/http/cookies.ts', 'found.length === 1 ?', 'found.length >= 1 ?']],
    test: SESSION_TEST,
    name: 'of two cookies of one name, one planted, neither counts',
  },
  {
    guard: 'an ended session lives no more',
    remove: [['server/db/living.ts', 'ended_at IS NULL AND ', '']],
    test: SESSION_TEST,
    name: 'logout kills it, on the server and in the browser',
  },
  {
    guard: 'an idle session is over, and one that is thirty days old',
    remove: [
      [
        'server/db/living.ts',
        ' AND expires_at > $now AND last_seen_at > $seenAfter AND created_at > $begunAfter',
        ' AND $now + $seenAfter + $begunAfter > 0',
      ],
      [ROWS, 'return record && record.expiresAt > at ? record : null', 'return record'],
    ],
    test: SESSION_TEST,
    name: 'after seven days without use, and after thirty in any case',
  },
  {
    guard: 'session resurrection: a use that is noted late touches only what lives',
    remove: [
      [
        ROWS,
        'WHERE id = $id AND ${where}`,\n        { ...bind, expiresAt },',
        'WHERE id = $id AND $seenAfter < $begunAfter + 1e15`,\n        { ...bind, expiresAt },',
      ],
    ],
    test: 'test/contract/sqlite.test.ts',
    name: 'session resurrection: an ended session comes back by no touch and no insert',
  },
  {
    guard: 'session resurrection: whoever is logged out ends nobody else’s',
    remove: [
      [
        'server/core/session/own.ts',
        "if (!account || !own.some((session) => session.id === current.id)) throw new AppError('signed_out')",
        "if (!account) throw new AppError('signed_out')",
      ],
    ],
    test: 'test/flow/ended-elsewhere.test.ts',
    name: 'a slow request that would end all others, under way at the logout, ends none',
  },
  {
    guard: 'session resurrection: a request reads again what became of its session meanwhile',
    remove: [['server/core/session/use.ts', 'return tx.sessions.find(claimed.hash, now)', 'return found']],
    test: 'test/flow/ended-elsewhere.test.ts',
    name: 'a slow request whose use is to be noted, under way at the logout',
  },
  {
    guard: 'a repeated redeem hands out no session that was ended',
    remove: [
      [
        REDEEM,
        "if (!session || account?.status !== 'active') throw new AppError('ticket_redeemed')\n  return { sessionId, account, returnTo: record.returnTo, expiresAt: session.expiresAt }",
        "const owner = account ?? (await resolveAccount(tx, record.accountId ?? ''))\n  if (!owner) throw new AppError('ticket_redeemed')\n  return { sessionId, account: owner, returnTo: record.returnTo, expiresAt: now }",
      ],
    ],
    test: 'test/core/login/redeem.test.ts',
    name: 'a session that was ended meanwhile is not handed out again',
  },
  {
    guard: 'a cookie’s id is no bearer token, and a bearer token no cookie',
    remove: [
      ['server/core/session/use.ts', 'return record?.kind === kind ? record : null', 'return kind ? record : null'],
    ],
    test: 'test/flow/bearer.test.ts',
    name: 'a cookie’s id is no bearer token, and a bearer token no cookie',
  },
  {
    guard: 'the secret of before a logout is forgotten',
    remove: [
      ['server/http/session.ts', 'dropCookie(ctx, cookies.browser, { secure })', 'void [cookies, secure, dropCookie]'],
    ],
    test: 'test/flow/attacks.test.ts',
    name: 'the secret of before a logout binds nothing afterwards',
  },
]

const redirects = [
  {
    guard: 'a foreign origin is nowhere to return to',
    remove: [
      [
        RETURN_TO,
        'return origins.includes(url.origin) ? url.href : null',
        'return origins.length >= 0 ? url.href : null',
      ],
    ],
    test: REDIRECTS_TEST,
    name: 'as returnTo of a ticket, through a whole login',
  },
  {
    guard: 'two slashes, and backslashes that become some, are no path of ours',
    remove: [
      [RETURN_TO, "if (value.startsWith('//')) return null", ''],
      [
        RETURN_TO,
        "return url?.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : null",
        'return url && value',
      ],
      [RETURN_TO, String.raw` || /[\p{Cc}\\\s]/u.test(value)`, ''],
    ],
    test: REDIRECTS_TEST,
    name: 'as returnTo of a ticket, through a whole login',
  },
  {
    guard: 'where a cookie says to return is checked again',
    remove: [
      [
        'server/http/visitor.ts',
        '(decoded !== null && safeReturnTo(decoded, returnOrigins))',
        '(returnOrigins && decoded)',
      ],
    ],
    test: REDIRECTS_TEST,
    name: 'planted in the cookie that keeps it',
  },
  {
    guard: 'what a session is asked for is checked too',
    remove: [
      [
        'server/http/routes/session.ts',
        'safeReturnTo(returnTo, edge.returnOrigins)',
        '(safeReturnTo(returnTo, edge.returnOrigins) ?? returnTo)',
      ],
    ],
    test: SESSION_TEST,
    name: 'who is signed in',
  },
]

const notices = [
  {
    guard: 'a push is signed with the app’s token',
    remove: [
      [
        'server/wechat/pushes/crypto.ts',
        'return claimed.length === expected.length && timingSafeEqual(claimed, expected)',
        'return claimed.length >= 0 || timingSafeEqual(claimed, expected)',
      ],
    ],
    test: PUSHES_TEST,
    name: 'a forged push, without a signature or with another token’s',
  },
  {
    guard: 'a push is of the last ten minutes',
    remove: [
      [
        PUSHES,
        "if (!app.notify || !isFresh(query)) throw refused(app, 'stale')",
        "if (!app.notify) throw refused(app, 'stale')",
      ],
    ],
    test: 'test/flow/notices.test.ts',
    name: 'recorded notice: eleven minutes later it is not even read',
  },
  {
    guard: 'a notice takes effect once',
    remove: [
      [
        'server/core/notice/notice.ts',
        'if (!(await tx.pushes.claim(id, clock()))) return null',
        'await tx.pushes.claim(id, clock())',
      ],
    ],
    test: 'test/core/notice/notice.test.ts',
    name: 'replayed notice: the same push again, after the person came back, erases and ends nothing',
  },
  {
    guard: 'a push that was encrypted for another app opens nothing',
    remove: [
      [
        'server/wechat/pushes/crypto.ts',
        "if (plain.toString('utf8', start + length) !== appid) return null",
        "if (appid === '') return null",
      ],
    ],
    test: 'test/wechat/pushes/crypto.test.ts',
    name: 'swapped app: what was encrypted for another app opens nothing',
  },
  {
    guard: 'a notice about another app than the address’s is refused',
    remove: [[PUSHES, "if (about !== '' && about !== app.appid) throw refused(app, 'about another app')", '']],
    test: 'test/flow/notices.test.ts',
    name: 'confused deputy: a notice about another app than the address’s is refused, however well signed',
  },
  {
    guard: 'plain text to an app with a key is refused',
    remove: [[PUSHES, 'if (aesKey === null) {', "if (aesKey === null || outer.get('Encrypt') === '') {"]],
    test: PUSHES_TEST,
    name: 'a downgraded push: plain text to an app that has a key',
  },
]

const erasure = [
  {
    guard: 'a deleted account frees its identities',
    remove: [[ERASE, 'for (const { appid, openid } of identities) await tx.identities.remove(appid, openid)', '']],
    test: ERASE_TEST,
    name: 'a deleted account leaves no name, picture, address, browser, openid or unionid in any table',
  },
  {
    guard: 'it leaves no name, on its tombstones neither',
    remove: [[ERASE, 'for (const member of family) await tx.accounts.setProfile(member, NO_PROFILE)', '']],
    test: ERASE_TEST,
    name: 'a deleted account leaves no name, picture, address, browser, openid or unionid in any table',
  },
  {
    guard: 'it leaves no machine, on its tickets and its sessions',
    remove: [
      [ERASE, 'await tx.tickets.forgetPeople(touched.map((ticket) => ticket.id))', ''],
      [ERASE, 'await tx.sessions.forgetDevices(family)', ''],
    ],
    test: ERASE_TEST,
    name: 'a deleted account leaves no name, picture, address, browser, openid or unionid in any table',
  },
  {
    guard: 'it signs out everywhere',
    remove: [
      [
        ERASE,
        'const sessions = await tx.sessions.endOf(accountId, at)\n  await tx.sessions.forgetDevices(family)',
        'const sessions: string[] = []\n  await tx.sessions.forgetDevices(family)',
      ],
    ],
    test: 'test/flow/personal-data.test.ts',
    name: 'erases, signs out everywhere at once, and whoever comes back is somebody new',
  },
]

export const sessions = [
  ...fixation.map((row) => ({ bar: 'S3', ...row })),
  ...redirects.map((row) => ({ bar: 'S16', ...row })),
  ...notices.map((row) => ({ bar: 'S21', ...row })),
  ...erasure.map((row) => ({ bar: 'S22', ...row })),
]
