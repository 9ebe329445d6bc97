// Each variable by itself: its default, what it means, and what it cannot be.
import { describe, expect, test } from 'vitest'
import { ConfigError } from '#server/config.js'
import { KEY, load, MP, PC, PRODUCTION, problems } from './load.js'

test('without any variable it is the demonstration on this machine', () => {
  expect(load()).toEqual({
    port: 3000,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:3000',
    databaseUrl: 'sqlite:./data/saoma.sqlite',
    sessionKeys: null,
    apps: [],
    wechat: {
      openUrl: 'https://open.weixin.qq.com',
      apiUrl: 'https://api.weixin.qq.com',
      pollUrl: 'https://lp.open.weixin.qq.com',
    },
    site: { name: 'Saoma 扫码', logoUrl: null, agreementUrl: null, privacyUrl: null, icp: null },
    methods: ['website', 'relay'],
    returnOrigins: [],
    trustedProxies: 0,
    simulator: { port: 3001 },
    production: false,
    secure: false,
    logLevel: 'info',
  })
})

test('an empty variable is an absent one', () => {
  expect(load({ PORT: '', SITE_NAME: ' ', WECHAT_APPS: '', SESSION_KEYS_FILE: '', WECHAT_APP: '' })).toEqual(load())
})

test('every variable is understood', () => {
  const config = load({
    ...PRODUCTION,
    PORT: '8080',
    HOST: '0.0.0.0',
    TRUSTED_PROXIES: '2',
    LOG_LEVEL: 'warn',
    DATABASE_URL: 'sqlite:/var/lib/saoma.sqlite',
    SESSION_KEYS: `${KEY}, ${KEY}-old`,
    WECHAT_API_URL: 'https://proxy.example.com/wechat/',
    LOGIN_METHODS: 'relay, website',
    RETURN_ORIGINS: 'https://www.example.com,https://shop.example.com:8443',
    SITE_NAME: '示例站点',
    SITE_LOGO_URL: '/logo.svg',
    SITE_AGREEMENT_URL: 'https://www.example.com/terms?v=2',
    SITE_PRIVACY_URL: '/privacy',
    SITE_ICP: '京ICP备00000000号',
    SIMULATOR: 'off',
  })
  expect(config).toMatchObject({
    port: 8080,
    host: '0.0.0.0',
    publicUrl: 'https://login.example.com',
    databaseUrl: 'sqlite:/var/lib/saoma.sqlite',
    sessionKeys: [KEY, `${KEY}-old`],
    wechat: { apiUrl: 'https://proxy.example.com/wechat', openUrl: 'https://open.weixin.qq.com' },
    site: {
      name: '示例站点',
      logoUrl: '/logo.svg',
      agreementUrl: 'https://www.example.com/terms?v=2',
      privacyUrl: '/privacy',
      icp: '京ICP备00000000号',
    },
    methods: ['relay', 'website'],
    returnOrigins: ['https://www.example.com', 'https://shop.example.com:8443'],
    trustedProxies: 2,
    simulator: null,
    production: true,
    secure: true,
    logLevel: 'warn',
  })
})

test('PUBLIC_URL becomes what browsers send as Origin', () => {
  expect(load({ ...PRODUCTION, PUBLIC_URL: 'HTTPS://Login.Example.com:443/' }).publicUrl).toBe(
    'https://login.example.com',
  )
  expect(load({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080')
})

test('nothing of it can be changed later', () => {
  const config = load({ WECHAT_APPS: JSON.stringify([PC]) })
  for (const part of [config, config.site, config.wechat, config.methods, config.apps, config.apps[0]]) {
    expect(Object.isFrozen(part)).toBe(true)
  }
})

describe('refused, with the one line that says so:', () => {
  test.each([
    ['NODE_ENV', 'prod'],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '3e3'],
    ['PORT', '-1'],
    ['HOST', 'localhost:3000'],
    ['HOST', 'http://localhost'],
    ['PUBLIC_URL', 'login.example.com'],
    ['PUBLIC_URL', 'ftp://login.example.com'],
    ['PUBLIC_URL', 'https://login.example.com/saoma'],
    ['PUBLIC_URL', 'https://login.example.com?a=1'],
    ['PUBLIC_URL', 'https://login.example.com/#a'],
    ['PUBLIC_URL', 'https://me:word@login.example.com'],
    ['TRUSTED_PROXIES', '11'],
    ['TRUSTED_PROXIES', 'true'],
    ['LOG_LEVEL', 'verbose'],
    ['DATABASE_URL', './data/saoma.sqlite'],
    ['DATABASE_URL', 'sqlite::memory:'],
    ['DATABASE_URL', 'sqlite://data/saoma.sqlite'],
    ['DATABASE_URL', 'sqlite:'],
    ['SESSION_KEYS', 'x'.repeat(31)],
    ['SESSION_KEYS', `${KEY},${KEY}`],
    ['SESSION_KEYS', `${KEY},short`],
    ['WECHAT_OPEN_URL', 'open.weixin.qq.com'],
    ['WECHAT_API_URL', 'https://api.weixin.qq.com?a=1'],
    ['WECHAT_POLL_URL', 'https://a:b@lp.open.weixin.qq.com'],
    ['LOGIN_METHODS', 'password'],
    ['RETURN_ORIGINS', 'https://www.example.com/path'],
    ['RETURN_ORIGINS', 'https://*.example.com/'],
    ['SITE_NAME', 'x'.repeat(61)],
    ['SITE_NAME', 'a\u202eb'],
    ['SITE_LOGO_URL', 'javascript:alert(1)'],
    ['SITE_LOGO_URL', 'data:image/png;base64,AA'],
    ['SITE_AGREEMENT_URL', 'http://www.example.com'],
    ['SITE_AGREEMENT_URL', '//www.example.com'],
    ['SITE_PRIVACY_URL', '/\\www.example.com'],
    ['SITE_ICP', 'a\nb'],
    ['SIMULATOR', 'yes'],
    ['SIMULATOR_PORT', '99999'],
  ])('%s=%s', (name, value) => {
    const found = problems({ [name]: value })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^${name} `))
    // What to write instead comes last.
    expect(found[0]).toMatch(/: (write|shorten|set) ./)
  })

  test('in production, whatever is not https', () => {
    const http = {
      ...PRODUCTION,
      PUBLIC_URL: 'http://login.example.com',
      RETURN_ORIGINS: 'https://a.example.com,http://b.example.com',
      WECHAT_OPEN_URL: 'http://open.weixin.qq.com',
      WECHAT_API_URL: 'http://api.weixin.qq.com',
      WECHAT_POLL_URL: 'http://lp.open.weixin.qq.com',
    }
    expect(problems(http).map((line) => line.split(' ')[0])).toEqual([
      'PUBLIC_URL',
      'WECHAT_OPEN_URL',
      'WECHAT_API_URL',
      'WECHAT_POLL_URL',
      'RETURN_ORIGINS',
    ])
    expect(problems({ ...http, NODE_ENV: 'development' })).toEqual([])
  })

  test.each(['postgres://db/saoma', 'mysql://db/saoma', 'mariadb://db/saoma'])('%s, as of a later version', (url) => {
    expect(problems({ DATABASE_URL: url })).toEqual([expect.stringContaining('later version')])
  })

  test.each(['official', 'sdk', 'scene'])('the method %s, as of a later version', (method) => {
    expect(problems({ LOGIN_METHODS: `website,${method}` })).toEqual([expect.stringContaining('later version')])
  })
})

test('the message is a heading and then one indented line a problem', () => {
  const error = new ConfigError(['PORT is bad', 'HOST is bad'])
  expect(error.message.split('\n')).toEqual(['The configuration cannot be used:', '  PORT is bad', '  HOST is bad'])
})

test('an official app alone offers relay, a website app alone offers website, both offer website first', () => {
  const methods = (...apps: object[]) => load({ WECHAT_APPS: JSON.stringify(apps) }).methods
  expect(methods(MP)).toEqual(['relay'])
  expect(methods(PC)).toEqual(['website'])
  expect(methods(MP, PC)).toEqual(['website', 'relay'])
})
