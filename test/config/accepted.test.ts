// What a usable environment becomes.
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { FROM_FILE, VARIABLES } from '#server/config/variables.js'
import { type Config, describeConfig, withSimulator } from '#server/config.js'
import { redisAddress } from '#server/redis/address.js'
import { apps, KEY, load, MP, PC, PRODUCTION } from './load.js'

const DEFAULTS: Config = {
  port: 3000,
  host: '127.0.0.1',
  publicUrl: 'http://localhost:3000',
  databaseUrl: 'sqlite:./data/saoma.sqlite',
  synchronous: 'FULL',

  redisUrl: null,
  sessionKeys: null,
  sessionLimits: { idleMs: 7 * 86_400_000, absoluteMs: 30 * 86_400_000 },
  auditDays: 180,
  apps: [],
  wechat: {
    openUrl: 'https://open.weixin.qq.com',
    apiUrl: 'https://api.weixin.qq.com',
    pollUrl: 'https://lp.open.weixin.qq.com',
  },
  site: { name: 'Saoma 扫码', logoUrl: null, agreementUrl: null, privacyUrl: null, agreementVersion: null, icp: null },
  siteFiles: { logo: null, verify: [] },
  avatars: true,
  geoipFile: null,
  methods: ['website', 'relay', 'scene', 'official', 'sdk'],
  serviceKeys: [],
  returnOrigins: [],
  trustedProxies: 0,
  rateLimits: 1,
  drainDelayMs: 0,
  simulator: { port: 3001 },
  production: false,
  secure: false,
  logLevel: 'info',
}

test('nothing set starts the service on localhost with the simulator', () => {
  expect(load({})).toEqual(DEFAULTS)
})

test('an empty variable counts as one that is not set', () => {
  expect(load({ PORT: '', SESSION_KEYS: ' ', WECHAT_APPS: '', REDIS_URL: '', SIMULATOR: '' })).toEqual(DEFAULTS)
})

test.each([
  ['on', 1],
  ['off', null],
  ['5', 5],
  ['0.25', 0.25],
])('RATE_LIMITS=%s multiplies the limits by %s', (text, factor) => {
  expect(load({ RATE_LIMITS: text }).rateLimits).toBe(factor)
})

test('SQLITE_SYNCHRONOUS=normal gives up what a power cut may take, and nothing else does', () => {
  expect(load({ SQLITE_SYNCHRONOUS: 'normal' })).toEqual({ ...DEFAULTS, synchronous: 'NORMAL' })
  expect(load({ SQLITE_SYNCHRONOUS: 'full' })).toEqual(DEFAULTS)
})

test('a configuration cannot be changed, however deep', () => {
  const config = load(apps(PC))
  expect(
    [config, config.apps, config.apps[0], config.site, config.wechat, config.methods].map(Object.isFrozen),
  ).toEqual(Array(6).fill(true))
})

describe('.env.example', () => {
  const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')

  test('shows every variable that is read, and no other', () => {
    const shown = [...text.matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map((match) => match[1])
    expect(shown.sort()).toEqual([...VARIABLES, ...FROM_FILE.map((name) => `${name}_FILE`)].sort())
  })

  test('changes nothing when it is copied as it is', () => {
    expect(load(parseEnv(text) as Record<string, string>)).toEqual(DEFAULTS)
  })

  test('has values that a shell takes as they are', () => {
    const bare = [...text.matchAll(/^#?[A-Z][A-Z_]+=(?!')(.*)$/gm)].map((match) => match[1])
    expect(bare.filter((value) => /[\s"'$`\\;&|<>(){}*?#]/.test(value ?? ''))).toEqual([])
  })

  // But for REDIS_URL, which does not go with the SQLite file.
  test('can be used with its examples filled in', () => {
    const filled = text.replaceAll(/^#(?=[A-Z_]+=)(?!\w+_FILE|REDIS_URL)/gm, '').replaceAll('…', '1')
    const env = parseEnv(filled) as Record<string, string>
    const config = load({ ...env, SESSION_KEYS: KEY, LOGIN_METHODS: 'website', SIMULATOR: 'off' })
    expect(config).toMatchObject({
      ...{ production: true, secure: true, simulator: null, publicUrl: 'https://login.example.com' },
      ...{ apps: [{ key: 'pc', appid: 'wx1', platform: 'main' }], wechat: DEFAULTS.wechat },
    })
    expect(Object.values(config.site)).not.toContain(null)
  })
})

describe('SESSION_IDLE and SESSION_ABSOLUTE', () => {
  const MINUTE = 60_000
  const limits = (SESSION_IDLE?: string, SESSION_ABSOLUTE?: string) => {
    const { idleMs, absoluteMs } = load({ SESSION_IDLE, SESSION_ABSOLUTE }).sessionLimits
    return [idleMs / MINUTE, absoluteMs / MINUTE]
  }

  test('are times in minutes, hours or days', () => {
    expect(limits('15m', '12h')).toEqual([15, 12 * 60])
    expect(limits('90d', '365d')).toEqual([90 * 24 * 60, 365 * 24 * 60])
    expect(limits('24h', '1d')).toEqual([24 * 60, 24 * 60])
  })

  test('by the absolute one alone, below the usual idle one, sessions are not idle for longer than they live', () => {
    expect(limits(undefined, '1d')).toEqual([24 * 60, 24 * 60])
  })
})

test('DRAIN_DELAY is in seconds, and may be none', () => {
  expect(load({ DRAIN_DELAY: '15s' }).drainDelayMs).toBe(15_000)
  expect(load({ DRAIN_DELAY: '0s' }).drainDelayMs).toBe(0)
})

describe('PUBLIC_URL', () => {
  test.each([
    ['https://login.example.com/', 'https://login.example.com'],
    ['HTTPS://Login.Example.com:443', 'https://login.example.com'],
    ['http://192.168.1.20:3000', 'http://192.168.1.20:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
  ])('%s is kept as browsers write it in Origin', (given, kept) => {
    expect(load({ PUBLIC_URL: given })).toMatchObject({ publicUrl: kept, secure: kept.startsWith('https') })
  })

  test('follows PORT when it is not set', () => {
    expect(load({ PORT: '4000' }).publicUrl).toBe('http://localhost:4000')
  })
})

/** What an app that says nothing of them is given. */
const REST = { notify: null, strangers: 'ask', scene: 'confirm' }

describe('WECHAT_APPS', () => {
  const kept = [
    { key: 'pc', kind: 'website', appid: 'wx01', secret: 's1', platform: 'main', bound: true, ...REST },
    { key: 'mp', kind: 'official', appid: 'wx02', secret: 's2', platform: 'app:wx02', bound: false, ...REST },
  ]
  const list = JSON.stringify([PC, { ...MP, openPlatform: undefined }])

  test('gives each app the namespace of its Open Platform account, or one of its own', () => {
    expect(load({ WECHAT_APPS: list }).apps).toEqual(kept)
  })

  test('can be a path, or lie in WECHAT_APPS_FILE', () => {
    const files = { '/run/apps.json': `\n${list}\n` }
    expect(load({ WECHAT_APPS: '/run/apps.json' }, files).apps).toEqual(kept)
    expect(load({ WECHAT_APPS_FILE: '/run/apps.json' }, files).apps).toEqual(kept)
  })

  test('turns the simulator off, and offers the methods for which there is an app', () => {
    expect(load(apps(PC))).toMatchObject({ simulator: null, methods: ['website'] })
    expect(load(apps(MP))).toMatchObject({ simulator: null, methods: ['relay', 'official'] })
    expect(load(apps(MP, PC)).methods).toEqual(['website', 'relay', 'official'])
  })

  test('takes the settings of WeChat’s pushes', () => {
    const notify = { token: 'devtoken123', aesKey: 'a'.repeat(43) }
    expect(load(apps({ ...PC, notify })).apps).toHaveLength(1)
  })
})

test('apps that only apps log in with are enough: then no method is offered', () => {
  expect(load(apps({ ...PC, kind: 'mobile' }, { ...MP, kind: 'miniprogram' })).methods).toEqual([])
})

test('scene is offered where an official app has pushes, sdk where there is a mobile app, once asked for', () => {
  const notify = { token: 'abc123' }
  const list = apps({ ...MP, notify, strangers: 'create', scene: 'at_once' }, { ...PC, kind: 'mobile' })
  expect(load({ ...list, LOGIN_METHODS: 'scene,sdk' }).methods).toEqual(['scene', 'sdk'])
  expect(load(list).apps[0]).toMatchObject({
    notify: { ...notify, aesKey: null },
    strangers: 'create',
    scene: 'at_once',
  })
})

test('LOGIN_METHODS says which methods there are, and which comes first', () => {
  expect(load({ ...apps(PC, MP), LOGIN_METHODS: 'relay, website' }).methods).toEqual(['relay', 'website'])
  expect(load({ LOGIN_METHODS: 'relay' }).methods).toEqual(['relay'])
})

test('keys come by comma, or from a file by line, without the newline at its end', () => {
  expect(load({ SESSION_KEYS: `${KEY}1, ${KEY}2` }).sessionKeys).toEqual([`${KEY}1`, `${KEY}2`])
  expect(load({ SESSION_KEYS_FILE: '/k' }, { '/k': `${KEY}1\r\n${KEY}2\n` }).sessionKeys).toEqual([
    `${KEY}1`,
    `${KEY}2`,
  ])
})

test('SERVICE_KEYS are keys with commas or on lines, also from a file, newest first', () => {
  expect(load({ SERVICE_KEYS: `${KEY}1, ${KEY}2` }).serviceKeys).toEqual([`${KEY}1`, `${KEY}2`])
  const fromFile = load({ SERVICE_KEYS_FILE: '/s' }, { '/s': `${KEY}2\n${KEY}1\n` })
  expect(fromFile.serviceKeys).toEqual([`${KEY}2`, `${KEY}1`])
  expect(JSON.stringify(describeConfig(fromFile))).not.toContain(KEY)
})

test('origins to return to are kept as browsers write them', () => {
  const { returnOrigins } = load({ RETURN_ORIGINS: 'https://Shop.example.com/, http://localhost:80' })
  expect(returnOrigins).toEqual(['https://shop.example.com', 'http://localhost'])
})

test('WeChat’s addresses may lie below a proxy’s path', () => {
  expect(load({ WECHAT_API_URL: 'https://proxy.example/wechat/' }).wechat.apiUrl).toBe('https://proxy.example/wechat')
})

test('production starts with https, keys and apps, and without the simulator', () => {
  expect(load(PRODUCTION)).toMatchObject({ production: true, secure: true, simulator: null, sessionKeys: [KEY] })
})

test('in a foreign neighbourhood nothing is mistaken for ours', () => {
  const neighbours = {
    PATH: '/bin',
    HOSTNAME: 'pod',
    PWD: '/',
    SESSION_MANAGER: 'local/x',
    LOGIN_SERVICE_HOST: '10.0.0.1',
  }
  expect(load({ ...neighbours, SITE_PORT: 'tcp://10.0.0.2:80', LANG: 'C', npm_config_loglevel: 'warn' })).toEqual(
    DEFAULTS,
  )
})

describe('withSimulator', () => {
  const listed = [
    { ...PC, name: 'shown on its pages', openPlatform: 'main' },
    { ...MP, openPlatform: null },
    { ...MP, key: 'mini', appid: 'wx03', kind: 'miniprogram', openPlatform: 'main' },
  ]

  test('puts the simulator and its apps in WeChat’s place and leaves everything else', () => {
    const before = load({ LOGIN_METHODS: 'relay', SITE_NAME: 'Shop' })
    const config = withSimulator(before, { url: 'http://127.0.0.1:3001', apps: listed })
    const url = 'http://127.0.0.1:3001'
    expect({ ...config, apps: [] }).toEqual({ ...before, wechat: { openUrl: url, apiUrl: url, pollUrl: url } })
    expect(config.apps).toEqual([
      { key: 'pc', kind: 'website', appid: 'wx01', secret: 's1', platform: 'main', bound: true, ...REST },
      { key: 'mp', kind: 'official', appid: 'wx02', secret: 's2', platform: 'app:wx02', bound: false, ...REST },
      { key: 'mini', kind: 'miniprogram', appid: 'wx03', secret: 's2', platform: 'main', bound: true, ...REST },
    ])
    expect([config, config.apps, config.wechat].every(Object.isFrozen)).toBe(true)
    expect(before.apps).toEqual([])
  })
})

test('what the log says at start shows what is on, and neither secret nor key', () => {
  const secret = 'canary-secret-canary-secret-canary'
  const config = load({ ...PRODUCTION, SESSION_KEYS: secret, ...apps({ ...PC, secret }, { ...MP, secret }) })
  const said = JSON.stringify(describeConfig(config))
  expect(said).not.toContain('canary')
  for (const part of ['https://login.example.com', 'pc (website, wx01)', 'website, relay', '1 configured']) {
    expect(said).toContain(part)
  }
})

test.each([
  ['postgres://saoma:p%40ss@db.example:6543/login?ssl=true', 'postgres://db.example:6543/login'],
  ['postgresql://saoma@[::1]/login', 'postgres://[::1]:5432/login'],
  ['mysql://saoma:secret@127.0.0.1/login', 'mariadb://127.0.0.1:3306/login'],
  ['MARIADB://saoma:secret@127.0.0.1/login', 'mariadb://127.0.0.1:3306/login'],
  ['sqlite:./data/saoma.sqlite', 'sqlite:./data/saoma.sqlite'],
])('the database %s is logged as %s', (url, shown) => {
  const config = load({ DATABASE_URL: url })
  expect(config.databaseUrl).toBe(url)
  expect(describeConfig(config).database).toBe(shown)
})

describe('REDIS_URL', () => {
  const POSTGRES = 'postgres://saoma:p@127.0.0.1/saoma'

  test.each([
    ['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379'],
    ['redis://cache.example', 'redis://cache.example:6379'],
    ['rediss://saoma:p%40ss@cache.example:6380/3', 'rediss://cache.example:6380'],
    ['redis://:p%40ss@[::1]/', 'redis://[::1]:6379'],
  ])('%s goes with a database server, and is shown as %s', (url, shown) => {
    const config = load({ DATABASE_URL: POSTGRES, REDIS_URL: url })
    expect([config.redisUrl, describeConfig(config).redis]).toEqual([url, shown])
    expect(load({ DATABASE_URL: 'mariadb://root@db/x', REDIS_URL_FILE: '/r' }, { '/r': `${url}\n` }).redisUrl).toBe(url)
  })

  test('is taken apart as it was written', () => {
    expect(redisAddress('rediss://saoma:p%40s%2Fs@cache.example/3')).toEqual({
      ...{ host: 'cache.example', port: 6379, user: 'saoma', password: 'p@s/s', database: 3, tls: true },
    })
    expect(redisAddress('redis://:p@[::1]:7000')).toEqual({
      ...{ host: '::1', port: 7000, user: null, password: 'p', database: 0, tls: false },
    })
  })
})
