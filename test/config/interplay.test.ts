// Where the configuration meets others: ticket ids, the simulator's own list, `.env.example`; and what it leaves unsaid.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FROM_FILE, VARIABLES } from '#server/config/variables.js'
import { withSimulator } from '#server/config.js'
import { appTag } from '#server/core/ticket/ticket-id.js'
import { createSimulator } from '#server/simulator/simulator.js'
import { apps, blamed, type Env, KEY, load, MP, PC, PRODUCTION, refusal } from './load.js'

test('a version of an agreement that nobody can read is refused, and so are two logos', () => {
  expect(blamed({ SITE_AGREEMENT_VERSION: '1' })).toEqual(['SITE_AGREEMENT_VERSION'])
  expect(blamed({ SITE_LOGO_URL: '/a.svg', SITE_LOGO_FILE: './b.svg' })).toEqual(['SITE_LOGO_FILE'])
})

test('two apps whose keys ticket ids cannot tell apart are refused', () => {
  const [one, other] = sameTag()
  expect(appTag(one)).toBe(appTag(other))
  const { problems } = refusal(apps({ ...PC, key: one }, { ...MP, key: other }))
  expect(problems).toEqual([
    expect.stringMatching(/^WECHAT_APPS apps 1 and 2 have "key"s that tickets cannot tell apart/),
  ])
})

test('the apps that the simulator really lists are understood', async () => {
  const simulator = await createSimulator({ siteOrigins: [], callbackDomains: [] }).listen(0, '127.0.0.1')
  try {
    const listed = (await (await fetch(`${simulator.url}/sim/apps`)).json()) as { apps: (typeof PC)[] }
    const config = withSimulator(load({}), { url: simulator.url, apps: listed.apps })
    expect(config.apps.map(({ key, kind, bound }) => `${key} ${kind} ${bound}`)).toEqual([
      ...['pc website true', 'mp official true', 'mp2 official true', 'app mobile true', 'mini miniprogram true'],
    ])
  } finally {
    await simulator.close()
  }
})

test('apps of a kind that only the simulator knows are left out', () => {
  const listed = [PC, { ...MP, kind: 'minigame' }]
  expect(withSimulator(load({}), { url: 'http://127.0.0.1:3001', apps: listed }).apps.map(({ key }) => key)).toEqual([
    'pc',
  ])
})

test('.env.example shows what loading really reads', () => {
  const read = new Set<string>()
  load(new Proxy<Env>({}, { get: (_, name) => void read.add(String(name)) }))
  const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  const shown = [...text.matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map((match) => match[1])
  expect(shown.toSorted()).toEqual([...read].toSorted())
})

test('apps that cannot be read cause no complaints about what depends on them', () => {
  expect(blamed({ WECHAT_APPS: '{}', SIMULATOR: 'on', LOGIN_METHODS: 'relay' })).toEqual(['WECHAT_APPS'])
  expect(blamed({ WECHAT_APPS: '{}', SIMULATOR: 'off' })).toEqual(['WECHAT_APPS'])
  expect(blamed({ ...PRODUCTION, WECHAT_APPS: '{}' })).toEqual(['WECHAT_APPS'])
})

test('a session cannot be idle for longer than it lives; nothing is said where the longer time is wrong itself', () => {
  expect(blamed({ SESSION_IDLE: '8d', SESSION_ABSOLUTE: '7d' })).toEqual(['SESSION_IDLE'])
  expect(blamed({ SESSION_IDLE: '31d' })).toEqual(['SESSION_IDLE'])
  expect(blamed({ SESSION_IDLE: '31d', SESSION_ABSOLUTE: 'x' })).toEqual(['SESSION_ABSOLUTE'])
})

test('a port is only compared with the simulator’s when both are ports and the simulator starts', () => {
  expect(blamed({ PORT: '3001', ...apps(PC) })).toEqual([])
  expect(blamed({ PORT: 'x', SIMULATOR_PORT: '3000' })).toEqual(['PORT'])
  expect(blamed({ SIMULATOR_PORT: 'x', PORT: '3001' })).toEqual(['SIMULATOR_PORT'])
})

test('a server open to other machines has to be told its address, because phones must reach it', () => {
  expect(refusal({ HOST: '0.0.0.0' }).message).toMatch(/PUBLIC_URL .*phones must reach it/)
  for (const HOST of ['127.0.0.1', '127.0.0.2', 'localhost', '::1']) expect(blamed({ HOST })).toEqual([])
  expect(blamed({ HOST: '0.0.0.0', PUBLIC_URL: 'http://192.168.1.20:3000' })).toEqual([])
})

test.each(FROM_FILE)('%s is given once, and its file is readable and not empty', (name) => {
  expect(blamed({ [name]: 'x', [`${name}_FILE`]: 'file' }, { file: 'x' })).toEqual([name])
  expect(refusal({ [`${name}_FILE`]: 'file' }).message).toMatch(
    `${name}_FILE names a file that cannot be read (ENOENT)`,
  )
  expect(blamed({ [`${name}_FILE`]: 'file' }, { file: '\n' })).toEqual([`${name}_FILE`])
})

test('the beginning of a name leads to the whole of it', () => {
  expect(refusal({ SITE_LOGO: 'x' }).problems).toEqual(['SITE_LOGO is not known: did you mean SITE_LOGO_URL?'])
})

test('a secret in the wrong variable, whatever its form, is in no message', () => {
  const canary = 'CANARY7c1f'
  const forms = [
    ...[canary, `https://me:${canary}@example.com/`, `sqlite://${canary}`, `postgres://me:${canary}@db/x`],
    ...[`${KEY},${canary}`, `[{ "secret": "${canary}", ${canary}`],
    ...[
      { ...PC, key: canary, kind: canary, appid: canary, [canary]: canary },
      { ...PC, secret: ` ${canary}` },
      canary,
    ].map((app) => apps(app).WECHAT_APPS),
    apps(PC, { ...PC, secret: canary }).WECHAT_APPS,
  ]
  const names = [...VARIABLES, ...FROM_FILE.map((name) => `${name}_FILE`), 'WECHAT_SECRET']
  for (const name of names) {
    for (const form of forms) {
      for (const files of [{}, { [form]: `[${canary}` }]) {
        const { message, stack } = refusal({ TRUSTED_PROXIES: 'no number', [name]: form }, files)
        expect(`${message}${stack}`).not.toContain(canary)
      }
    }
  }
})

/** Two keys with one tag: a tag has 16 bits, so among some hundred keys there are two. */
function sameTag(): [string, string] {
  const seen = new Map<string, string>()
  for (let number = 0; ; number++) {
    const key = `app-${number}`
    const other = seen.get(appTag(key))
    if (other !== undefined) return [other, key]
    seen.set(appTag(key), key)
  }
}

test('two apps of one key or appid are named together with the faults that each has of its own', () => {
  const problems = refusal(
    apps({ ...PC, secret: '' }, { ...MP, key: PC.key, kind: 'moon' }, { ...MP, key: 'mp' }),
  ).problems
  expect(problems.map((problem) => problem.replace(/:.*/, ''))).toEqual([
    expect.stringMatching(/^WECHAT_APPS app 1 needs a "secret"/),
    expect.stringMatching(/^WECHAT_APPS app 2 needs a "kind"/),
    'WECHAT_APPS apps 1 and 2 have the same "key"',
    'WECHAT_APPS apps 2 and 3 have the same "appid"',
  ])
})
