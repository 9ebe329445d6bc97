// WECHAT_APPS: the operator's WeChat applications, as JSON or as the path of a file that holds it.
import * as z from 'zod'
import type { AppKind, WechatApp } from '#server/core/ports.js'
import type { Reader } from './reader.js'

const NAME = 'WECHAT_APPS'
const KINDS = ['website', 'official', 'mobile', 'miniprogram'] as const satisfies readonly AppKind[]
const PRINTABLE = /^[\x21-\x7e]{1,128}$/

const Notify = z.strictObject({
  token: z.string('is missing').regex(/^[A-Za-z0-9]{3,32}$/, 'must be the 3 to 32 letters and digits set at WeChat'),
  aesKey: z
    .string('must be text')
    .regex(/^[A-Za-z0-9]{43}$/, 'must be the 43 letters and digits of the EncodingAESKey set at WeChat')
    .optional(),
})
/** How WeChat signs, and in safe mode encrypts, the notices it pushes to an app. */
export type Notify = z.infer<typeof Notify>

const App = z.strictObject({
  key: z
    .string('is missing; write your own short name for the app, e.g. "pc"')
    .regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 of a-z, 0-9 and -; it becomes part of the callback address'),
  kind: z.enum(KINDS, `must be one of ${KINDS.join(', ')}`),
  appid: z.string('is missing; copy it from WeChat').regex(/^[\w-]{1,64}$/, 'must be the appid as WeChat shows it'),
  secret: z.string('is missing; copy it from WeChat').regex(PRINTABLE, 'must be the AppSecret as WeChat shows it'),
  // No colon: `app:…` names the namespace of an app that has no Open Platform account.
  openPlatform: z
    .string('must be text')
    .regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 of A-Z, a-z, 0-9, _ and -; it is your own name for the account')
    .optional(),
  notify: Notify.optional(),
})
const Apps = z.array(App, 'must be a list: [{ "key": …, "kind": …, "appid": …, "secret": … }]')

export interface ConfiguredApps {
  readonly apps: readonly WechatApp[]
  /** By the app's key. */
  readonly notify: Readonly<Record<string, Notify>>
}

/** The configured apps; none when WECHAT_APPS is absent or, with problems noted, unusable. */
export function readApps(reader: Reader): ConfiguredApps {
  const none = { apps: [], notify: {} }
  const text = reader.secret(NAME)
  if (text === undefined) return none
  const json = /^[[{]/.test(text) ? text : reader.file(text)
  if (json === null) {
    reader.refuse(NAME, 'is neither JSON nor the path of a readable file; write [{ … }] or a path')
    return none
  }
  const value = parseJson(json)
  if (value === undefined) {
    // The parser's own message quotes what it read, secrets included.
    reader.refuse(NAME, 'is not valid JSON; look for a missing quote, comma or bracket')
    return none
  }
  const parsed = Apps.safeParse(value)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) reader.refuse(`${NAME}${place(issue.path)}`, sentence(issue))
    return none
  }
  const apps = parsed.data
  if (apps.length === 0) reader.refuse(NAME, 'lists no app; add one, or leave it out to use the simulator')
  refuseTwins(reader, apps, 'key')
  refuseTwins(reader, apps, 'appid')
  return {
    apps: apps.map((app) => wechatApp({ ...app, openPlatform: app.openPlatform ?? null })),
    notify: Object.fromEntries(apps.flatMap(({ key, notify }) => (notify ? [[key, notify]] : []))),
  }
}

/** @throws Error when `kind` is none that WeChat has */
export function wechatApp(app: {
  key: string
  kind: string
  appid: string
  secret: string
  openPlatform: string | null
}): WechatApp {
  const { key, appid, secret, openPlatform } = app
  const kind = KINDS.find((known) => known === app.kind)
  if (kind === undefined) throw new Error(`WeChat has no apps of kind ${app.kind}`)
  return { key, kind, appid, secret, platform: openPlatform ?? `app:${appid}`, bound: openPlatform !== null }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `[0].notify.token` */
function place(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
}

/** Our own words everywhere: the library's might quote a value one day. */
function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `has fields that mean nothing here (${issue.keys.length}); known are ${Object.keys(App.shape).join(', ')}`
  }
  return issue.message.startsWith('Invalid') ? 'has the wrong form; compare .env.example' : issue.message
}

function refuseTwins<K extends 'key' | 'appid'>(reader: Reader, apps: readonly Record<K, string>[], field: K): void {
  const values = apps.map((app) => app[field])
  for (const [index, value] of values.entries()) {
    const first = values.indexOf(value)
    if (first < index)
      reader.refuse(`${NAME}[${index}].${field}`, `is that of app ${first} again; each must be its own`)
  }
}
