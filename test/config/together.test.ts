// Variables together: contradictions, everything wrong at once, and the secrets that no message repeats.
import { expect, test } from 'vitest'
import { FROM_FILE, VARIABLES } from '#server/config/variables.js'
import { ConfigError } from '#server/config.js'
import { type Env, KEY, load, MP, PC, PRODUCTION, problems } from './load.js'

const APPS = JSON.stringify([PC, MP])
const about = (env: Env) => problems(env).map((line) => line.split(' ')[0])

test('everything that is wrong is said at once, a line each', () => {
  const env: Env = {
    NODE_ENV: 'production',
    PORT: 'http',
    HOST: '0.0.0.0:80',
    PUBLIC_URL: 'http://login.example.com/path',
    TRUSTED_PROXIES: 'all',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'postgres://db/saoma',
    REDIS_URL: 'redis://127.0.0.1',
    SESSION_KEYS: 'short',
    WECHAT_APPS: '[',
    WECHAT_OPEN_URL: 'open',
    WECHAT_API_URL: 'api',
    WECHAT_POLL_URL: 'poll',
    LOGIN_METHODS: 'password',
    RETURN_ORIGINS: 'everywhere',
    SITE_NAME: 'a\tb',
    SITE_LOGO_URL: 'logo.svg',
    SITE_AGREEMENT_URL: 'terms',
    SITE_PRIVACY_URL: 'privacy',
    SITE_ICP: 'x'.repeat(61),
    SIMULATOR: 'maybe',
    SIMULATOR_PORT: 'next',
  }
  const named = about({ ...env, SERVICE_KEYS: 'x', WECHAT_APP: 'x' })
  expect(named.toSorted()).toEqual([...Object.keys(env).slice(1), 'SERVICE_KEYS', 'WECHAT_APP'].toSorted())
  expect(about({ ...env, NODE_ENV: 'prod' })).toContain('NODE_ENV')
})

test('production wants https, keys and apps, and says so when all of them are missing', () => {
  expect(about({ NODE_ENV: 'production' }).toSorted()).toEqual(['PUBLIC_URL', 'SESSION_KEYS', 'WECHAT_APPS'])
  expect(problems(PRODUCTION)).toEqual([])
})

test('the simulator never starts in production', () => {
  expect(about({ ...PRODUCTION, SIMULATOR: 'on' })).toEqual(['SIMULATOR'])
  expect(load({ ...PRODUCTION, SIMULATOR: 'off' }).simulator).toBeNull()
  expect(load(PRODUCTION).simulator).toBeNull()
  expect(about({ ...PRODUCTION, WECHAT_APPS: undefined, SIMULATOR: 'off' })).toEqual(['WECHAT_APPS'])
})

test('the simulator and real apps exclude each other', () => {
  expect(about({ WECHAT_APPS: APPS, SIMULATOR: 'on' })).toEqual(['SIMULATOR'])
  expect(about({ SIMULATOR: 'off' })).toEqual(['SIMULATOR'])
  expect(load({ WECHAT_APPS: APPS }).simulator).toBeNull()
  expect(load({ SIMULATOR: 'on', SIMULATOR_PORT: '4001' }).simulator).toEqual({ port: 4001 })
})

test('apps that cannot be read cause no further complaints', () => {
  expect(about({ WECHAT_APPS: '{}', SIMULATOR: 'on', LOGIN_METHODS: 'relay' })).toEqual(['WECHAT_APPS'])
  expect(about({ WECHAT_APPS: '{}', SIMULATOR: 'off' })).toEqual(['WECHAT_APPS'])
  expect(about({ ...PRODUCTION, WECHAT_APPS: '{}' })).toEqual(['WECHAT_APPS'])
})

test('the simulator needs a port of its own, if it starts at all', () => {
  expect(about({ PORT: '3001' })).toEqual(['SIMULATOR_PORT'])
  expect(about({ SIMULATOR_PORT: '3000' })).toEqual(['SIMULATOR_PORT'])
  expect(about({ PORT: '3001', WECHAT_APPS: APPS })).toEqual([])
})

test('a method needs an app of its kind', () => {
  const [line, ...others] = problems({ WECHAT_APPS: JSON.stringify([PC]), LOGIN_METHODS: 'website,relay' })
  expect(line).toBe('LOGIN_METHODS has relay without an app for it: add one of kind official to WECHAT_APPS')
  expect(others).toEqual([])
  expect(about({ WECHAT_APPS: JSON.stringify([{ ...PC, kind: 'mobile' }]) })).toEqual(['WECHAT_APPS'])
})

test('a server open to other machines says under which address, because phones must reach it', () => {
  expect(problems({ HOST: '0.0.0.0' })).toEqual([expect.stringMatching(/^PUBLIC_URL .*phones must reach it/)])
  for (const HOST of ['127.0.0.1', '127.0.0.2', 'localhost', '::1']) expect(problems({ HOST })).toEqual([])
  expect(problems({ HOST: '0.0.0.0', PUBLIC_URL: 'http://192.168.1.20:3000' })).toEqual([])
})

test('Redis is refused with SQLite, with the reason', () => {
  expect(problems({ REDIS_URL: 'redis://127.0.0.1' })).toEqual([expect.stringMatching(/^REDIS_URL .*one process/)])
})

test('what comes later is not ignored in silence', () => {
  for (const name of ['GEOIP_FILE', 'SERVICE_KEYS', 'SERVICE_KEYS_FILE']) {
    expect(problems({ [name]: 'x' })).toEqual([
      expect.stringMatching(new RegExp(`^${name} comes with a later version`)),
    ])
  }
})

test.each([
  ['WECHAT_APP', 'WECHAT_APPS'],
  ['WECHAT_OPEN_URI', 'WECHAT_OPEN_URL'],
  ['SITE_LOGO', 'SITE_LOGO_URL'],
  ['SITE_NAME_FILE', 'SITE_NAME'],
  ['SESSION_KEY', 'SESSION_KEYS'],
  ['SESSION_KEYS_FILES', 'SESSION_KEYS_FILE'],
  ['SESSION_SECRET', 'SESSION_KEYS'],
  ['SIMULATOR_PROT', 'SIMULATOR_PORT'],
  ['LOGIN_METHOD', 'LOGIN_METHODS'],
  ['PUBLICURL', 'PUBLIC_URL'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['RETURN_ORIGIN', 'RETURN_ORIGINS'],
  ['trusted-proxies', 'TRUSTED_PROXIES'],
])('%s is a slip of the pen for %s', (written, meant) => {
  expect(problems({ [written]: 'x' })).toEqual([`${written} is not known: did you mean ${meant}?`])
})

test('what other software puts into an environment is let be', () => {
  const others = ['PATH', 'SESSION_MANAGER', 'LOGIN_SERVICE_HOST', 'LOGIN_PORT', 'SITE_PORT_80_TCP_ADDR', 'WECHATY']
  expect(problems(Object.fromEntries(others.map((name) => [name, 'x'])))).toEqual([])
})

test('a secret in any variable, right or wrong, is in no message', () => {
  const canary = 'CANARY7c1f'
  const forms = [
    canary,
    `https://me:${canary}@example.com/`,
    `sqlite://${canary}`,
    `postgres://me:${canary}@db/x`,
    `[{ "key": "pc", "secret": "${canary}", ${canary}`,
    JSON.stringify([{ ...PC, secret: canary, kind: canary, key: canary, appid: canary, [canary]: canary }]),
    JSON.stringify([{ ...PC, secret: ` ${canary}`, notify: { token: canary, aesKey: canary, [canary]: 1 } }]),
    JSON.stringify([PC, { ...PC, secret: canary }]),
    JSON.stringify([canary]),
    `${KEY},${canary}`,
  ]
  const names = [...VARIABLES, ...FROM_FILE.map((name) => `${name}_FILE`), 'SERVICE_KEYS', 'WECHAT_SECRET']
  let refused = 0
  for (const form of forms) {
    for (const name of names) {
      for (const files of [{}, { [form]: `[${canary}` }]) {
        const error = thrown({ [name]: form }, files)
        if (error === null) continue
        refused += 1
        expect(error.message + JSON.stringify(error.problems) + error.stack).not.toContain(canary)
      }
    }
  }
  expect(refused).toBeGreaterThan(400)
})

function thrown(env: Env, files: Record<string, string>): ConfigError | null {
  try {
    load(env, files)
    return null
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}
