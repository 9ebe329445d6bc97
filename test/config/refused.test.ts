// What cannot be started with: all of it named at once, each with what to write instead, and never with the value.
import { describe, expect, test } from 'vitest'
import { apps, blamed, type Env, KEY, load, MP, PC, PRODUCTION, refusal } from './load.js'

/** An environment in which every value holds this is refused without repeating it. */
const CANARY = 'c4n4ry'

test('every problem is named at once, one a line, by its variable', () => {
  const env = {
    ...{ NODE_ENV: 'prod', PORT: '0', HOST: 'http://x', PUBLIC_URL: 'https://x.example/login', TRUSTED_PROXIES: 'yes' },
    ...{
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'postgres://db/x',
      SQLITE_SYNCHRONOUS: 'off',
      REDIS_URL: 'redis://r',
      SESSION_KEYS: 'short',
    },

    ...{ LOG_LEVEL: 'loud', DATABASE_URL: 'postgres://db/x', REDIS_URL: 'redis:r', SESSION_KEYS: 'short' },
    ...{ SESSION_IDLE: '7', SESSION_ABSOLUTE: 'P30D', RATE_LIMITS: 'yes' },
    ...{ WECHAT_APPS: '{', WECHAT_OPEN_URL: 'open', WECHAT_API_URL: 'ftp://api', WECHAT_POLL_URL: '//poll' },
    ...{ LOGIN_METHODS: 'password', RETURN_ORIGINS: 'https://a.example/path', SITE_NAME: 'a\u0007b' },
    ...{ SITE_LOGO_URL: 'javascript:alert(1)', SITE_AGREEMENT_URL: '//evil.example', SITE_PRIVACY_URL: 'x' },
    ...{ SITE_ICP: 'x'.repeat(100), SIMULATOR: 'yes', SIMULATOR_PORT: '99999', AVATARS: 'yes' },
    ...{ SITE_AGREEMENT_VERSION: 'v 1', WECHAT_VERIFY_FILES: '../etc/passwd' },
  }
  expect(blamed(env).sort()).toEqual(Object.keys(env).sort())
  const lines = refusal(env).message.split('\n')
  expect(lines).toHaveLength(1 + Object.keys(env).length)
  // What is wrong, a colon, and what to do about it.
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}[A-Z_]+ .+: (write|leave|shorten|check) ?.*/)
})

test('no refusal repeats a value, not even of a secret in the wrong place', () => {
  const secret = `${CANARY}-${'x'.repeat(40)}`
  const bad: Env[] = [
    { PUBLIC_URL: `https://admin:${secret}@x.example`, DATABASE_URL: `postgres://u:${secret}@db/x` },
    { PUBLIC_URL: secret, DATABASE_URL: secret, REDIS_URL: `redis://:${secret}@r`, PORT: secret, HOST: `${secret} ` },
    { HOST: `http://${secret}`, NODE_ENV: secret, LOG_LEVEL: secret, SIMULATOR: secret, LOGIN_METHODS: secret },
    {
      RETURN_ORIGINS: `https://${secret}/p`,
      TRUSTED_PROXIES: secret,
      RATE_LIMITS: secret,
      SITE_NAME: secret.repeat(9),
      SITE_LOGO_URL: secret,
    },
    { SESSION_KEYS: `${CANARY},${CANARY}` },
    { SESSION_KEYS: secret, SESSION_KEYS_FILE: `/${CANARY}`, WECHAT_APPS_FILE: `/${CANARY}` },
    { WECHAT_APPS: secret },
    { WECHAT_APPS: `[{"secret": ${secret}]` },
    { WECHAT_APPS: `[{"${CANARY}": 1}]` },
    apps({ ...PC, secret: `${secret} ${secret}` }, secret, { ...PC, key: secret.toUpperCase(), kind: secret }),
    apps(
      { ...PC, appid: `${secret}!` },
      { ...MP, openPlatform: `${secret}:`, notify: { token: secret, aesKey: secret } },
    ),
    { WECHAT_VERIFY_FILES: secret, AVATARS: secret, SITE_AGREEMENT_VERSION: `${secret}!` },
    { SITE_CANARY: secret, WECHAT_APP: secret },
  ]
  for (const env of bad) expect(refusal(env).message).not.toContain(CANARY)
  expect(refusal({ WECHAT_APPS: '/apps' }, { '/apps': `{"${CANARY}"` }).message).not.toContain(CANARY)
})

describe('values of the wrong form are refused:', () => {
  test.each<[string, Env]>([
    ['a port of words', { PORT: '3000a' }],
    ['a port beyond the last', { PORT: '65536' }],
    ['a negative port', { PORT: '-1' }],
    ['an address with a port', { HOST: 'localhost:3000' }],
    ['a logo of another site', { SITE_LOGO_URL: 'https://cdn.example/logo.svg' }],
    ['a version with a blank', { SITE_AGREEMENT_VERSION: '1 2' }],
    ['a version that fills a page', { SITE_AGREEMENT_VERSION: 'x'.repeat(33) }],
    ['a verify file of another name', { WECHAT_VERIFY_FILES: 'robots.txt=AbCd1234EfGh5678' }],
    ['a verify file up the tree', { WECHAT_VERIFY_FILES: '../MP_verify_AbCd1234EfGh5678.txt' }],
    ['a verify file of another type', { WECHAT_VERIFY_FILES: 'MP_verify_AbCd1234EfGh5678.html' }],
    ['a verify file with markup in it', { WECHAT_VERIFY_FILES: 'MP_verify_AbCd1234EfGh5678.txt=<script>' }],
    [
      'one verify file with two contents',
      { WECHAT_VERIFY_FILES: 'MP_verify_AbCd1234.txt,MP_verify_AbCd1234.txt=12345678' },
    ],
    ['an audit trail of no days', { AUDIT_DAYS: '0' }],
    ['an audit trail with a unit', { AUDIT_DAYS: '180d' }],
    ['a time without a unit', { SESSION_IDLE: '30' }],
    ['a time of seconds, for sessions', { SESSION_IDLE: '30s' }],
    ['a time without a unit', { DRAIN_DELAY: '5' }],
    ['a drain that lasts too long', { DRAIN_DELAY: '61s' }],
    ['a time in a fraction', { SESSION_IDLE: '1.5h' }],
    ['a time too short to be written down', { SESSION_IDLE: '14m' }],
    ['a time without end', { SESSION_ABSOLUTE: '366d' }],
    ['no time', { SESSION_ABSOLUTE: '0d' }],
    ['a site with a path', { PUBLIC_URL: 'https://x.example/login' }],
    ['a site with a query', { PUBLIC_URL: 'https://x.example/?' }],
    ['a site without scheme', { PUBLIC_URL: 'login.example.com' }],
    ['a site of another scheme', { PUBLIC_URL: 'ws://x.example' }],
    ['a site with a password', { PUBLIC_URL: 'https://u:p@x.example' }],
    ['a database in memory', { DATABASE_URL: 'sqlite::memory:' }],
    ['a database with slashes', { DATABASE_URL: 'sqlite://data/x.sqlite' }],
    ['one short key among good ones', { SESSION_KEYS: `${KEY},short` }],
    ['a list of keys without keys', { SESSION_KEYS: ',' }],
    ['the same key twice', { SESSION_KEYS: `${KEY},${KEY}` }],
    ['a short service key', { SERVICE_KEYS: `${KEY},short` }],
    ['a service key that no header can carry', { SERVICE_KEYS: `${KEY} ${KEY}` }],
    ['a service key with a letter beyond ASCII', { SERVICE_KEYS: `${KEY}é` }],
    ['the same method twice', { LOGIN_METHODS: 'relay,relay' }],
    ['half a proxy', { TRUSTED_PROXIES: '1.5' }],
    ['limits of nothing', { RATE_LIMITS: '0' }],
    ['limits without end', { RATE_LIMITS: '1001' }],
    ['limits below nothing', { RATE_LIMITS: '-1' }],
    ['a return origin that is everything', { RETURN_ORIGINS: '*' }],
    ['a return origin that is a pattern', { RETURN_ORIGINS: 'https://*.example.com' }],
    ['a name with a line break in the middle', { SITE_NAME: 'a\nb' }],
    ['a name that turns the text around', { SITE_NAME: 'a\u202eb' }],
    ['a link without https', { SITE_AGREEMENT_URL: 'http://x.example/terms' }],
    ['a link with a password', { SITE_PRIVACY_URL: 'https://u:p@x.example/' }],
  ])('%s', (_, env) => {
    expect(blamed(env)).toEqual(Object.keys(env))
  })

  const wrong = [
    '://db/x',
    '://u:p@/x',
    '://u:p@db',
    '://u:p@db/',
    '://u:p@db/a/b',
    '://u:p%zz@db/x',
    '://u:p@db:port/x',
    '',
  ]
  const parameters = ['://u:p@db/x?sslmode=disable', '://u:p@db/x?ssl=maybe', '://u:p@db/x#y']
  test.each(['postgres', 'postgresql', 'mysql', 'mariadb'])(
    '%s without user, host or database, or with more',
    (scheme) => {
      for (const rest of [...wrong, ...parameters]) {
        expect(refusal({ DATABASE_URL: scheme + rest }).message).toMatch(/DATABASE_URL .*: (write|leave)/)
      }
    },
  )
})

describe('REDIS_URL is refused:', () => {
  const DATABASE_URL = 'postgres://u:p@db/x'

  test.each([
    ...[
      'redis:',
      'redis://',
      'http://cache',
      'cache:6379',
      'redis://u@cache',
      'redis://:p%zz@cache',
      'redis://cache:port',
    ],
    ...[
      'redis://cache/name',
      'redis://cache/0/1',
      'redis://cache?family=6',
      'redis://cache/0?tls=1',
      'redis://cache#x',
    ],
  ])('%s', (url) => {
    expect(refusal({ DATABASE_URL, REDIS_URL: url }).message).toMatch(/REDIS_URL (is|names) .*: write it like redis:/)
  })

  test('with SQLite, and it is said why', () => {
    for (const env of [{}, { DATABASE_URL: 'sqlite:./data/other.sqlite' }]) {
      expect(refusal({ ...env, REDIS_URL: 'redis://127.0.0.1:6379' }).problems).toEqual([
        'REDIS_URL is for several nodes, and one process alone owns an SQLite file: there is nobody to tell. Leave it out, or set DATABASE_URL to PostgreSQL or MariaDB',
      ])
    }
  })
})

describe('apps are refused:', () => {
  test.each<[string, unknown[]]>([
    ['a key that cannot stand in a path', [{ ...PC, key: 'P/C' }]],
    ['a key that is too long', [{ ...PC, key: 'a'.repeat(33) }]],
    ['a kind that WeChat has not', [{ ...PC, kind: 'webapp' }]],
    ['no secret', [{ ...PC, secret: undefined }]],
    ['an appid that is a placeholder', [{ ...PC, appid: 'wx…' }]],
    ['an Open Platform account that claims an app’s own namespace', [{ ...PC, openPlatform: 'app:wx02' }]],
    ['a misspelt field', [{ ...PC, openplatform: 'main' }]],
    ['an AES key of another length', [{ ...PC, notify: { token: 'abc', aesKey: 'a'.repeat(42) } }]],
    ['text for an app', ['pc']],
    ['an empty list', []],
    ['two with one key', [PC, { ...MP, key: 'pc' }]],
    ['two with one appid', [PC, { ...MP, appid: 'wx01' }]],
    ['a word for strangers that is none', [{ ...MP, strangers: 'maybe' }]],
    ['a scene that is none', [{ ...MP, scene: 'later' }]],
  ])('%s', (_, list) => {
    expect(blamed(apps(...list))).toEqual(['WECHAT_APPS'])
  })

  test('each wrong one by its place, with each of its faults', () => {
    const { problems } = refusal(apps(PC, { ...MP, key: '', kind: '' }, { ...MP, key: 'x', appid: 'wx03', secret: 1 }))
    expect(problems.map((problem) => problem.split(' ').slice(0, 3).join(' '))).toEqual([
      'WECHAT_APPS app 2',
      'WECHAT_APPS app 2',
      'WECHAT_APPS app 3',
    ])
  })

  test('when their file is missing or no JSON', () => {
    expect(blamed({ WECHAT_APPS: './apps.json' })).toEqual(['WECHAT_APPS'])
    expect(blamed({ WECHAT_APPS: './apps.json' }, { './apps.json': 'not JSON' })).toEqual(['WECHAT_APPS'])
  })
})

describe('contradictions are refused:', () => {
  test.each<[string, Env, string[]]>([
    ['apps and the simulator', { ...apps(PC), SIMULATOR: 'on' }, ['SIMULATOR']],
    ['neither apps nor the simulator', { SIMULATOR: 'off' }, ['SIMULATOR']],
    ['the simulator on the server’s port', { PORT: '3001' }, ['SIMULATOR_PORT']],
    ['a method without an app for it', { ...apps(PC), LOGIN_METHODS: 'website,relay' }, ['LOGIN_METHODS']],
    ['scene without pushes', { ...apps(MP), LOGIN_METHODS: 'scene' }, ['LOGIN_METHODS']],
    ['sdk without a mobile app', { ...apps(PC, MP), LOGIN_METHODS: 'sdk' }, ['LOGIN_METHODS']],
    ['Redis with SQLite', { REDIS_URL: 'redis://localhost' }, ['REDIS_URL']],
    ['an address for other machines that is localhost', { HOST: '0.0.0.0' }, ['PUBLIC_URL']],
    ['production with the simulator', { ...PRODUCTION, SIMULATOR: 'on' }, ['SIMULATOR']],
    ['production without apps', { ...PRODUCTION, WECHAT_APPS: '' }, ['WECHAT_APPS']],
    ['production without keys', { ...PRODUCTION, SESSION_KEYS: '' }, ['SESSION_KEYS']],
    ['production without an address', { ...PRODUCTION, PUBLIC_URL: '' }, ['PUBLIC_URL']],
    ['production without https', { ...PRODUCTION, PUBLIC_URL: 'http://login.example.com' }, ['PUBLIC_URL']],
    [
      'production that sends secrets in clear',
      { ...PRODUCTION, WECHAT_API_URL: 'http://api.local' },
      ['WECHAT_API_URL'],
    ],
    ['a service key that also signs tickets', { SESSION_KEYS: KEY, SERVICE_KEYS: KEY }, ['SERVICE_KEYS']],
    ['production with nothing set', { NODE_ENV: 'production' }, ['PUBLIC_URL', 'SESSION_KEYS', 'WECHAT_APPS']],
  ])('%s', (_, env, variables) => {
    expect(blamed(env).sort()).toEqual(variables)
  })

  test('a misspelt NODE_ENV never starts the simulator', () => {
    expect(blamed({ NODE_ENV: 'Production' })).toContain('NODE_ENV')
  })
})

describe('files of secrets are refused:', () => {
  test.each<[string, Env, string]>([
    ['beside the variable itself', { SESSION_KEYS: KEY, SESSION_KEYS_FILE: '/keys' }, 'SESSION_KEYS'],
    ['when missing', { SESSION_KEYS_FILE: '/none' }, 'SESSION_KEYS_FILE'],
    ['when empty', { SESSION_KEYS_FILE: '/empty' }, 'SESSION_KEYS_FILE'],
    [
      'when missing, with production’s own need said once',
      { ...PRODUCTION, WECHAT_APPS: '', WECHAT_APPS_FILE: '/none' },
      'WECHAT_APPS_FILE',
    ],
  ])('%s', (_, env, name) => {
    expect(blamed(env, { '/keys': KEY, '/empty': '\n' })).toEqual([name])
  })
})

describe('a name that was meant to be ours is refused with the right one:', () => {
  test.each([
    ['WECHAT_APP', 'WECHAT_APPS'],
    ['SESSION_KEY', 'SESSION_KEYS'],
    ['SERVICE_KEY', 'SERVICE_KEYS'],
    ['SITE_LOGOURL', 'SITE_LOGO_URL'],
    ['LOGIN_METHOD', 'LOGIN_METHODS'],
    ['WECHAT_APPS_FILES', 'WECHAT_APPS_FILE'],
    ['PUBLICURL', 'PUBLIC_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['trusted-proxies', 'TRUSTED_PROXIES'],
    ['RETURN_ORIGIN', 'RETURN_ORIGINS'],
  ])('%s', (written, meant) => {
    expect(refusal({ [written]: 'x' }).message).toContain(`${written} is not known: did you mean ${meant}?`)
  })
})

test('a good configuration beside the bad ones shows that the refusals are theirs', () => {
  expect(() => load(PRODUCTION)).not.toThrow()
})
