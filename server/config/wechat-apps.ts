// WECHAT_APPS: the operator's WeChat applications, as JSON or in a file that holds it.
import * as z from 'zod'
import { appTag } from '#server/core/ticket/ticket-id.js'
import type { AppKind, WechatApp } from '../core/ports.js'
import { type ReadFile, Refused, reasonOf } from './source.js'

export const APP_KINDS = ['website', 'official', 'mobile', 'miniprogram'] as const satisfies readonly AppKind[]

const App = z.strictObject({
  key: z.string().regex(/^[a-z0-9-]{1,32}$/),
  kind: z.enum(APP_KINDS),
  appid: z.string().regex(/^wx[0-9A-Za-z]{1,62}$/),
  secret: z.string().regex(/^\S+$/),
  openPlatform: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .nullish(),
  notify: z
    .strictObject({
      token: z.string().regex(/^[A-Za-z0-9]{3,32}$/),
      aesKey: z
        .string()
        .regex(/^[A-Za-z0-9]{43}$/)
        .nullish(),
    })
    .nullish(),
  strangers: z.enum(['create', 'ask']).nullish(),
  scene: z.enum(['confirm', 'at_once']).nullish(),
})

const SHAPES: Readonly<Record<string, string>> = {
  key: 'needs a "key" of 1 to 32 characters of a-z, 0-9 and -',
  kind: `needs a "kind": ${APP_KINDS.join(', ')}`,
  appid: 'needs an "appid" as WeChat gave it, beginning with wx',
  secret: 'needs a "secret": text without blanks, from WeChat\'s console',
  openPlatform: 'has an "openPlatform" that is no name of 1 to 64 characters of A-Z, a-z, 0-9, _ and -',
  notify:
    'has a "notify" that is not { "token": 3 to 32 letters and digits } with or without an "aesKey" of 43 letters and digits',
  strangers: 'has a "strangers" that is neither "ask" nor "create"',
  scene: 'has a "scene" that is neither "confirm" nor "at_once"',
}
const UNKNOWN_FIELD = `has a field that is not known: write only ${Object.keys(SHAPES).join(', ')}`

/**
 * The apps of a JSON text, or of the file whose path it is. Problems name an app by its place in the list.
 * @throws Refused
 */
export function parseWechatApps(text: string, readFile: ReadFile): readonly WechatApp[] {
  const apps = z.array(z.unknown()).min(1).safeParse(parseJson(text, readFile))
  if (!apps.success) throw new Refused('is no list of apps: write [{ "key", "kind", "appid", "secret" }, …]')
  const problems: string[] = []
  const read = apps.data.flatMap((given, index) => {
    const { success, data, error } = App.safeParse(given)
    if (success) return [data]
    const sentences = error.issues.map(({ code, path: [field] }) =>
      field === undefined && code !== 'unrecognized_keys'
        ? 'is no { "key", "kind", "appid", "secret" }'
        : (SHAPES[String(field)] ?? UNKNOWN_FIELD),
    )
    problems.push(...[...new Set(sentences)].map((sentence) => `app ${index + 1} ${sentence}`))
    return []
  })
  problems.push(...doubles(apps.data))
  if (problems.length > 0) throw new Refused(...problems)
  return read.map(wechatApp)
}

/** Apps that cannot stand beside each other, among those with faults of their own too: all is named at once. */
function doubles(given: readonly unknown[]): string[] {
  const problems: string[] = []
  const text = (app: unknown, field: string): string | null => {
    const value = typeof app === 'object' && app !== null ? Reflect.get(app, field) : null
    return typeof value === 'string' && value !== '' ? value : null
  }
  const named = given.map((app, index) => ({ place: index + 1, key: text(app, 'key'), appid: text(app, 'appid') }))
  for (const [index, app] of named.entries()) {
    for (const other of named.slice(0, index)) {
      const both = `apps ${other.place} and ${app.place}`
      if (app.appid !== null && app.appid === other.appid) {
        problems.push(`${both} have the same "appid": list each WeChat app once`)
      }
      if (app.key === null || other.key === null) continue
      if (app.key === other.key) problems.push(`${both} have the same "key": give each its own`)
      else if (appTag(app.key) === appTag(other.key)) {
        problems.push(`${both} have "key"s that tickets cannot tell apart: change a letter of one`)
      }
    }
  }
  return problems
}

/** An app as the rules know it. Without an Open Platform account it is a namespace of its own. */
export function wechatApp(app: {
  key: string
  kind: AppKind
  appid: string
  secret: string
  openPlatform?: string | null | undefined
  notify?: { token: string; aesKey?: string | null | undefined } | null | undefined
  strangers?: WechatApp['strangers'] | null | undefined
  scene?: WechatApp['scene'] | null | undefined
}): WechatApp {
  const { key, kind, appid, secret, openPlatform = null, notify } = app
  return {
    key,
    kind,
    appid,
    secret,
    platform: openPlatform ?? `app:${appid}`,
    bound: openPlatform !== null,
    notify: notify ? { token: notify.token, aesKey: notify.aesKey ?? null } : null,
    strangers: app.strangers ?? 'ask',
    scene: app.scene ?? 'confirm',
  }
}

function parseJson(text: string, readFile: ReadFile): unknown {
  const isPath = !/^[[{]/.test(text)
  let json = text
  try {
    if (isPath) json = readFile(text)
  } catch (error) {
    throw new Refused(`is neither JSON nor a file that can be read${reasonOf(error)}: write a list or a file's path`)
  }
  try {
    return JSON.parse(json)
  } catch {
    // The parser's own message would repeat the text around the fault: secrets.
    throw new Refused(`${isPath ? 'names a file that is' : 'is'} not valid JSON: check quotes, commas and brackets`)
  }
}
