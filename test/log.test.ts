// The log by itself: what gets into a line, and what never does.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { describeConfig, loadConfig } from '#server/config.js'
import { AppError } from '#server/core/errors.js'
import { type Log, PlatformError } from '#server/core/ports.js'
import { createLog } from '#server/log.js'

function logged(level = 'debug') {
  const lines: string[] = []
  const log = createLog(level, { write: (line) => void lines.push(line) })
  return { log, lines, only: () => JSON.parse(lines.length === 1 ? (lines[0] ?? '') : `expected one line: ${lines}`) }
}

/** The one line that `write` makes, and what it says. */
function line(write: (log: Log) => void): { text: string; says: Record<string, unknown> } {
  const { log, lines, only } = logged()
  write(log)
  return { says: only(), text: lines[0] ?? '' }
}

const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u
const HOSTILE = [
  'two\nlines',
  '"}\n{"level":60,"msg":"forged"}',
  'bell \u0007 escape \u001b[2J nul \0 c1 \u009b',
  'bidi \u202e\u2066 mark \u200f \u061c',
  'separators \u2028 \u2029 \ufeff',
  'half a letter \ud800',
  '../../etc/passwd%0a%0d',
  '小'.repeat(10_000),
  '😀'.repeat(10_000),
  '"\\'.repeat(10_000),
]

describe('log injection:', () => {
  test.each(HOSTILE)('%j as any value is one line, parseable, at most 4 KiB, without controls', (hostile) => {
    for (const name of ['path', 'origin', 'key', 'why', 'actorName', 'host', 'siteName', 'text', 'reason', 'issues']) {
      const { text, says } = line((log) => log.warn('an.event', { [name]: name === 'issues' ? [hostile] : hostile }))
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096)
      expect(text.slice(0, -1)).not.toMatch(CONTROLS)
      expect(text.endsWith('}\n')).toBe(true)
      expect([says.msg, says.level]).toEqual(['an.event', 40])
      expect(String(says[name])).not.toMatch(CONTROLS)
    }
  })

  test.each(HOSTILE)('%j as a name, in every field at once, and in an error', (hostile) => {
    const everywhere = ['path', 'origin', 'site', 'key', 'why', 'method', 'reason', 'app', 'text', 'advice']
    const data = Object.fromEntries(everywhere.map((name) => [name, hostile]))
    const cause = new Error(hostile, { cause: new Error(hostile) })
    const error = Object.assign(new Error(hostile, { cause }), { name: hostile })
    for (const more of [{}, { [hostile]: hostile }, { error }, { issues: Array(500).fill(hostile) }]) {
      const { text, says } = line((log) => log.error('an.event', { ...data, ...more }))
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096)
      expect(text.slice(0, -1)).not.toMatch(CONTROLS)
      expect(says.msg).toBe('an.event')
    }
  })

  test('the fields of the line itself cannot be taken over', () => {
    const { says, text } = line((log) => log.info('an.event', { level: 60, time: 'never', msg: 'forged', pid: 1 }))
    expect(says).toMatchObject({ level: 30, msg: 'an.event', withheld: ['level', 'time', 'msg', 'pid'] })
    expect(text).not.toContain('forged')
  })
})

describe('secrets in the log:', () => {
  const SECRET = 'canary0f5d1e2a9b8c7d6e5f40312233445566'

  test.each([
    ['an unknown name', { token: SECRET }],
    ['a name that nobody has allowed, however harmless', { nickname: 'Alice', avatarUrl: 'https://x.example/a' }],
    ['a whole object', { app: { secret: SECRET } }],
    ['a list of objects', { issues: [{ secret: SECRET }] }],
    ['a function, a symbol and a bigint', { key: () => SECRET, why: Symbol(SECRET), code: 1n }],
    ['a map of headers', { origin: new Map([['cookie', SECRET]]), site: new Headers({ cookie: SECRET }) }],
  ])('%s is left out, and the line says so', (_, data) => {
    const { text, says } = line((log) => log.info('an.event', data))
    expect(says.withheld).toEqual(Object.keys(data))
    for (const value of [SECRET, 'Alice', 'x.example']) expect(text).not.toContain(value)
  })

  test('what an error carries beside name, message and stack is left out', () => {
    const error = Object.assign(new Error('it failed'), {
      ...{ sql: `SELECT '${SECRET}'`, parameters: [SECRET], config: { headers: { cookie: SECRET } }, ctx: { SECRET } },
      original: new Error(SECRET),
    })
    const { text, says } = line((log) => log.error('an.event', { error }))
    expect(Object.keys(says.error as object)).toEqual(['name', 'message', 'stack'])
    expect(text).not.toContain('canary')
    const own = new AppError('busy', { details: { token: SECRET }, cause: error })
    const wrapped = line((log) => log.error('an.event', { error: own }))
    expect(wrapped.says.error).toMatchObject({ name: 'AppError', cause: { message: 'it failed' } })
    expect(wrapped.text).not.toContain('canary')
  })

  test('of WeChat’s failure host, path, code and rid stay', () => {
    const at = { host: 'api.weixin.qq.com', path: '/sns/oauth2/access_token', errcode: 40125, rid: '65a-1b2c' }
    const { says } = line((log) => log.error('an.event', { error: new PlatformError('config', at) }))
    expect(says.error).toMatchObject({ name: 'PlatformError', at })
  })

  test('a word that is long enough to open something is cut, wherever it stands', () => {
    const error = new Error(`GET /x?secret=${SECRET}&code=081tVs0w3aBcDeFgHiJkLmNoPq12`)
    const { text } = line((log) => log.error('an.event', { path: `/t/${SECRET}`, why: `a ${SECRET} b`, error }))
    expect(text).not.toContain(SECRET.slice(0, 12))
    expect(text).not.toContain('081tVs0w3a')
    const ticket = `tkt_${'aB3'.repeat(20)}`
    expect(line((log) => log.info('an.event', { ticket })).says.ticket).toBe(`${ticket.slice(0, 12)}…`)
  })

  test('ids that name and open nothing stay whole', () => {
    const account = 'acc_3q2-7wAAAAAAAAAAAAAAAA'
    expect(line((log) => log.info('an.event', { account })).says).toMatchObject({ account })
    expect(line((log) => log.info('an.event', { appid: 'wx0123456789abcdef' })).says.appid).toBe('wx0123456789abcdef')
  })
})

test('a level that is not wanted writes nothing', () => {
  const { log, lines } = logged('error')
  log.info('an.event')
  log.warn('an.event')
  expect(lines).toEqual([])
})

test('every name that the sources log, and every setting that the start tells, is allowed', () => {
  const root = fileURLToPath(new URL('../server', import.meta.url))
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('simulator'),
  )
  const calls = files.flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/\blog\b[^;\n]*?\(\s*'[\w.]+',\s*\{([^}]*)\}/g)].map(
      (match) => match[1] ?? '',
    ),
  )
  expect(calls.length).toBeGreaterThan(25)
  const names = calls.flatMap((call) =>
    [...call.replace(/'[^']*'/g, '').matchAll(/(?:^|,)\s*(\w+)/g)].map((match) => match[1] ?? ''),
  )
  const settings = describeConfig(loadConfig({}, { readFile: () => '' }))
  const data = { ...Object.fromEntries(names.map((name) => [name, 'x'])), ...settings }
  expect(line((log) => log.info('an.event', data)).says.withheld).toBeUndefined()
})
