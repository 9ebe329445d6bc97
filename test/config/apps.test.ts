// WECHAT_APPS, and everything that may come from a file.
import { describe, expect, test } from 'vitest'
import { appTag } from '#server/core/ticket/ticket-id.js'
import { KEY, load, MP, PC, problems } from './load.js'

const apps = (...list: unknown[]) => ({ WECHAT_APPS: JSON.stringify(list) })

describe('an app', () => {
  test('without an Open Platform account is a namespace of its own; with one it shares that account', () => {
    expect(load(apps(PC, { ...MP, openPlatform: 'main' })).apps).toEqual([
      { ...PC, platform: 'app:wx0000000000000001', bound: false },
      { ...MP, platform: 'main', bound: true },
    ])
    expect(load(apps({ ...PC, openPlatform: null })).apps[0]?.bound).toBe(false)
  })

  test('is of one of four kinds', () => {
    const kinds = ['website', 'official', 'mobile', 'miniprogram']
    const list = kinds.map((kind, index) => ({ ...PC, key: kind, kind, appid: `wx000000000000000${index}` }))
    expect(load(apps(...list)).apps.map(({ kind }) => kind)).toEqual(kinds)
  })

  test('may say how WeChat signs its pushes', () => {
    const notify = { token: 'token123', aesKey: 'a'.repeat(43) }
    expect(problems(apps({ ...PC, notify }))).toEqual([])
    expect(problems(apps({ ...PC, notify: { ...notify, aesKey: 'a'.repeat(42) } }))).toEqual([
      expect.stringMatching(/^WECHAT_APPS app 1 has a "notify"/),
    ])
  })

  test.each([
    ['key', undefined],
    ['key', 'PC'],
    ['key', ''],
    ['key', 'p/c'],
    ['key', 'x'.repeat(33)],
    ['kind', 'web'],
    ['appid', 'gh_0123456789ab'],
    ['appid', ''],
    ['secret', ''],
    ['secret', ' pasted with blanks '],
    ['secret', 7],
    ['openPlatform', ''],
    ['openPlatform', 'app:wx0000000000000001'],
    ['notify', {}],
  ])('is refused when its %s is %j', (field, value) => {
    const found = problems(apps(MP, { ...PC, [field]: value }))
    expect(found).toEqual([expect.stringMatching(new RegExp(`^WECHAT_APPS app 2 .*"${field}"`))])
  })

  test('is refused with a field that we do not know, such as a misspelt one', () => {
    expect(problems(apps({ ...PC, openplatform: 'main' }))).toEqual([
      expect.stringMatching(/^WECHAT_APPS app 1 has a field that is not known: write only .*openPlatform/),
    ])
  })

  test('that is no object at all is refused', () => {
    expect(problems(apps('pc', PC))).toEqual([expect.stringMatching(/^WECHAT_APPS app 1 /)])
  })

  test('says all that is wrong with it, and so do the others', () => {
    expect(problems(apps({}, { ...MP, kind: 'x', secret: '' }))).toHaveLength(6)
  })
})

describe('two apps', () => {
  test('cannot have the same key or the same appid', () => {
    expect(problems(apps(PC, MP, { ...MP, appid: 'wx0000000000000003' }))).toEqual([
      'WECHAT_APPS apps 2 and 3 have the same "key": give each its own',
    ])
    expect(problems(apps(PC, { ...MP, appid: PC.appid }))).toEqual([
      'WECHAT_APPS apps 1 and 2 have the same "appid": list each WeChat app once',
    ])
  })

  test('cannot have keys whose tags in ticket ids are the same', () => {
    const [one, other] = sameTag()
    expect(appTag(one)).toBe(appTag(other))
    expect(problems(apps({ ...PC, key: one }, { ...MP, key: other }))).toEqual([
      expect.stringMatching(/^WECHAT_APPS apps 1 and 2 have "key"s that tickets cannot tell apart/),
    ])
  })
})

test.each(['{}', '[]', '[', 'null', '"text"'])('a list of apps is not %s', (text) => {
  expect(problems({ WECHAT_APPS: text })).toEqual([expect.stringMatching(/^WECHAT_APPS /)])
})

describe('from files:', () => {
  const json = `\n${JSON.stringify([PC])}\n`

  test('WECHAT_APPS may be a path, and WECHAT_APPS_FILE is one', () => {
    for (const name of ['WECHAT_APPS', 'WECHAT_APPS_FILE']) {
      expect(load({ [name]: '/etc/saoma/apps.json' }, { '/etc/saoma/apps.json': json }).apps[0]?.secret).toBe(
        'pc-secret',
      )
    }
  })

  test('the newline at the end of a file is not part of the secret', () => {
    expect(load({ SESSION_KEYS_FILE: 'keys' }, { keys: `${KEY}\n` }).sessionKeys).toEqual([KEY])
    expect(load({ DATABASE_URL_FILE: 'url' }, { url: 'sqlite:/a.sqlite\r\n' }).databaseUrl).toBe('sqlite:/a.sqlite')
  })

  test('keys may stand one a line, as in the file that the server makes', () => {
    expect(load({ SESSION_KEYS_FILE: 'keys' }, { keys: `${KEY}\n${KEY}-old\n` }).sessionKeys).toEqual([
      KEY,
      `${KEY}-old`,
    ])
  })

  test.each(['SESSION_KEYS', 'WECHAT_APPS', 'DATABASE_URL', 'REDIS_URL'])('%s is given once', (name) => {
    expect(problems({ [name]: 'x', [`${name}_FILE`]: 'file' }, { file: 'x' })).toEqual([
      `${name} and ${name}_FILE are both set: keep one of them`,
    ])
  })

  test.each(['SESSION_KEYS', 'WECHAT_APPS', 'DATABASE_URL', 'REDIS_URL'])(
    '%s_FILE must be readable, and not empty',
    (name) => {
      expect(problems({ [`${name}_FILE`]: 'file' })).toEqual([
        expect.stringMatching(new RegExp(`^${name}_FILE names a file that cannot be read \\(ENOENT\\)`)),
      ])
      expect(problems({ [`${name}_FILE`]: 'file' }, { file: '\n' })).toEqual([
        expect.stringMatching(new RegExp(`^${name}_FILE names an empty file`)),
      ])
    },
  )

  test('a path in WECHAT_APPS that leads nowhere, or to something else, is said to', () => {
    expect(problems({ WECHAT_APPS: './apps.json' })).toEqual([expect.stringMatching(/^WECHAT_APPS .*\(ENOENT\)/)])
    expect(problems({ WECHAT_APPS: 'apps' }, { apps: 'apps: []' })).toEqual([
      expect.stringMatching(/^WECHAT_APPS names a file that is not valid JSON/),
    ])
  })
})

/** Two short keys with one tag: a tag has 16 bits, so among some hundred keys there are two. */
function sameTag(): [string, string] {
  const seen = new Map<string, string>()
  for (let number = 0; ; number++) {
    const key = `app-${number}`
    const other = seen.get(appTag(key))
    if (other !== undefined) return [other, key]
    seen.set(appTag(key), key)
  }
}
