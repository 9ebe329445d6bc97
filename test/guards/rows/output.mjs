// What lies on the disk and stands in the log: S1, S13 and S14.
const FIELDS = 'server/log-fields.ts'
const KEYRING = 'server/core/keyring.ts'
const CALLBACK = 'server/core/login/callback.ts'
const LOG_TEST = 'test/log.test.ts'
const DISK_TEST = 'test/flow/at-rest.test.ts'
const IN_SQLITE = 'at rest, in SQLite’s file and its write-ahead log stolen disk: none of them'
const ON_DISK = 'stolen disk: none of them is in a dump'

const atRest = [
  {
    guard: 'only hashes are stored, of whatever opens something',
    remove: [[KEYRING, "return hash('sha256', text)", "return hash === undefined ? '' : text"]],
    test: 'test/core/login/callback.test.ts',
    name: 'promise 6: a database dump holds neither the state nor the code nor the browser’s secret',
  },
  {
    guard: 'states are stored as hashes',
    remove: [[CALLBACK, 'const stateHash = sha256(input.state)', 'const stateHash = input.state']],
    test: DISK_TEST,
    name: ON_DISK,
    each: IN_SQLITE,
  },
  {
    guard: 'codes are stored as hashes',
    remove: [
      [
        CALLBACK,
        'codeHash: code === null ? null : sha256Of(input.app.key, code)',
        'codeHash: code === null || sha256Of() === code ? null : code',
      ],
    ],
    test: DISK_TEST,
    name: ON_DISK,
    each: IN_SQLITE,
  },
  {
    guard: 'session ids are stored as hashes',
    remove: [['server/core/session/session.ts', 'return sha256(sessionId)', "return sha256('') && sessionId"]],
    test: DISK_TEST,
    name: ON_DISK,
    each: IN_SQLITE,
  },
  {
    guard: 'the phone’s secret is stored as a hash',
    remove: [
      [CALLBACK, "=== 'browser' ? null : sha256(secret)", "=== 'browser' ? null : secret"],
      [
        'server/core/login/confirm.ts',
        'if (stored.phoneHash !== sha256(secret))',
        'if (stored.phoneHash !== secret && sha256(secret))',
      ],
      [
        'server/core/login/phone.ts',
        'record.phoneHash === sha256(secret)',
        "sha256('') !== record.phoneHash && record.phoneHash === secret",
      ],
    ],
    test: DISK_TEST,
    name: ON_DISK,
    each: IN_SQLITE,
  },
  {
    guard: 'what WeChat lends us is sealed',
    remove: [
      [
        'server/core/vault.ts',
        "sealed: bytes.toString('base64url'), expiresAt",
        "sealed: bytes.length > 0 ? value : '', expiresAt",
      ],
      [
        'server/core/vault.ts',
        'return open(record.name, record.sealed, record.expiresAt)',
        'return open(record.name, record.sealed, record.expiresAt) ?? record.sealed',
      ],
    ],
    test: DISK_TEST,
    name: ON_DISK,
    each: IN_SQLITE,
  },
  {
    guard: 'once confirmed, a ticket’s row holds no openid',
    remove: [['server/core/login/confirm.ts', 'accountId, expiresAt, proof: null })', 'accountId, expiresAt })']],
    test: 'test/core/login/confirm.test.ts',
    name: 'forgets the proof: once confirmed, the ticket’s row holds no openid',
  },
]

const secretsInOutput = [
  {
    guard: 'names that are not allowed are left out of the log',
    remove: [[FIELDS, '        : WITHHELD\n    if (told', '        : value\n    if (told']],
    test: LOG_TEST,
    name: 'secrets in the log:',
  },
  {
    guard: 'whatever is long enough to open something is cut',
    remove: [
      [
        FIELDS,
        '.replace(OPENS, (word) => `${beginning(word)}…`)',
        '.replace(OPENS, (word) => `${beginning(word) && word}`)',
      ],
    ],
    test: LOG_TEST,
    name: 'a word that is long enough to open something is cut, wherever it stands',
  },
  {
    guard: 'addresses are logged without their query',
    remove: [['server/http/request-log.ts', 'ctx.path', 'ctx.url']],
    test: 'test/flow/log-integrity.test.ts',
    name: 'hostile addresses: one line a request, the query in none',
  },
  {
    guard: 'an error leaves the database without SQL and values',
    remove: [
      [
        'server/db/driver.ts',
        'throw describe(error, false)',
        'throw describe === undefined ? bind : Object.assign(error as object, { sql: text, bind })',
      ],
    ],
    test: 'test/flow/log-integrity.test.ts',
    name: 'a request that breaks is one line about why and one about itself, without SQL and values',
  },
  {
    guard: 'on PostgreSQL, which repeats them, without values above all',
    remove: [
      [
        'server/db/statements.ts',
        'throw describe(error, Object.keys(bind).length > 0)',
        'throw describe === undefined ? bind : error',
      ],
    ],
    test: 'test/contract/postgres.test.ts',
    name: 'an error of the database holds none of the values',
  },
  {
    guard: 'an error is written as name, message and stack',
    remove: [[FIELDS, '    name: shown(error.name),\n', '    ...error,\n    name: shown(error.name),\n']],
    test: LOG_TEST,
    name: 'what an error carries beside name, message and stack is left out',
  },
  {
    guard: 'the log names no ticket in full',
    remove: [[FIELDS, "word.startsWith('tkt_') ? 12 : 4", "word.startsWith('tkt_') ? 120 : 4"]],
    test: 'test/flow/nothing-to-steal.test.ts',
    name: 'the log names no ticket in full',
  },
]

const logIntegrity = [
  {
    guard: 'a line has nothing in it that a terminal obeys',
    remove: [[FIELDS, String.raw`short.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD')`, 'short']],
    test: LOG_TEST,
    name: 'as any value is one line, parseable, at most 4 KiB, without controls',
  },
  {
    guard: 'a value has its length',
    remove: [
      [
        FIELDS,
        'const short = text.length <= most ? text : `${text.slice(0, most - 1)}…`',
        'const short = most > 0 ? text : text.slice(1)',
      ],
      [FIELDS, 'plainlyShort(fields) || size(fields) <= MOST_BYTES', 'size(fields) > 0'],
    ],
    test: LOG_TEST,
    name: 'as any value is one line, parseable, at most 4 KiB, without controls',
  },
  {
    guard: 'a line has its length, however many fields it has',
    remove: [[FIELDS, 'plainlyShort(fields) || size(fields) <= MOST_BYTES', 'size(fields) > 0']],
    test: LOG_TEST,
    name: 'as a name, in every field at once, and in an error',
  },
]

export const output = [
  ...atRest.map((row) => ({ bar: 'S1', ...row })),
  ...secretsInOutput.map((row) => ({ bar: 'S13', ...row })),
  ...logIntegrity.map((row) => ({ bar: 'S14', ...row })),
]
