// The registered apps, and which Open Platform account each is bound to. Two apps of one account see the same unionids.
import { aesKeyOf, appidOf, originalIdOf, pushTokenOf, secretOf, unionidOf } from './ids.js'
import type { Person } from './people.js'

export const APP_KINDS = ['website', 'official', 'mobile', 'miniprogram'] as const
export type AppKind = (typeof APP_KINDS)[number]

export interface App {
  /** Short name, as in the control API. */
  readonly key: string
  /** What WeChat's pages call it. */
  readonly name: string
  readonly kind: AppKind
  readonly appid: string
  readonly secret: string
  /** The Open Platform account it is bound to, or null. */
  readonly openPlatform: string | null
  /** Hosts that a redirect may go to, without scheme or port; null: the simulator's own list. */
  readonly callbackDomains: readonly string[] | null
  /** What the platform has granted to this app. */
  readonly scopes: readonly string[]
  /** `gh_…`: what pushes call the app itself. */
  readonly originalId: string
  /** What the app's pushes are signed and encrypted with. */
  readonly notify: { readonly token: string; readonly aesKey: string }
  readonly push: PushSettings
  /** Addresses that may ask for the app's server token; null: all. */
  readonly ipWhitelist: readonly string[] | null
}

export const PUSH_MODES = ['plain', 'compatible', 'secure'] as const
export const PUSH_FORMATS = ['xml', 'json'] as const

/** How WeChat pushes what happens around an app. */
export interface PushSettings {
  /** Null: /wechat/notify/<key> on the site. */
  readonly url: string | null
  readonly mode: (typeof PUSH_MODES)[number]
  readonly format: (typeof PUSH_FORMATS)[number]
}

export interface Apps {
  /** By appid. */
  find(appid: string): App | null
  /** By key or appid. */
  named(name: string): App | null
  all(): readonly App[]
  /** Adds an app, or replaces the one of the same key. */
  put(app: App): void
}

/** What each kind may ask for, the widest last. */
const SCOPES: Readonly<Record<AppKind, readonly string[]>> = {
  website: ['snsapi_runtime_pcsdk', 'snsapi_login'],
  official: ['snsapi_base', 'snsapi_userinfo'],
  mobile: ['snsapi_userinfo'],
  miniprogram: [],
}

/** Seconds that a code of an app of this kind can be exchanged. */
export const CODE_LIFE_S: Readonly<Record<AppKind, number>> = {
  website: 600,
  official: 300,
  mobile: 600,
  miniprogram: 300,
}

/** An app whose identifiers follow from its key, bound to the Open Platform account `main`. */
export function newApp(key: string, kind: AppKind, name = key): App {
  return {
    key,
    name,
    kind,
    appid: appidOf(key),
    secret: secretOf(key),
    openPlatform: 'main',
    callbackDomains: null,
    scopes: SCOPES[kind],
    originalId: originalIdOf(key),
    notify: { token: pushTokenOf(key), aesKey: aesKeyOf(key) },
    push: { url: null, mode: 'secure', format: 'xml' },
    ipWhitelist: null,
  }
}

/** True when a grant of `scope` (comma-separated) opens the profile and the unionid. */
export function opensProfile(scope: string): boolean {
  return scope.split(',').some((part) => part === 'snsapi_login' || part === 'snsapi_userinfo')
}

/** The unionid that a grant of `scope` tells about `person`, or null where WeChat's rules give none. */
export function unionidFor(app: App, person: Person, scope: string): string | null {
  if (app.openPlatform === null || person.noUnionid || !opensProfile(scope)) return null
  return unionidOf(person.seed, app.openPlatform)
}

/** One app of each kind, and a second official one. */
export function createApps(): Apps {
  const defaults = [
    newApp('pc', 'website', '扫码演示网站'),
    newApp('mp', 'official', '扫码演示公众号'),
    newApp('mp2', 'official', '另一个公众号'),
    newApp('app', 'mobile', '扫码演示 App'),
    newApp('mini', 'miniprogram', '扫码演示小程序'),
  ]
  const apps = new Map(defaults.map((app) => [app.key, app]))
  const find = (appid: string) => [...apps.values()].find((app) => app.appid === appid) ?? null
  return {
    find,
    named: (name) => apps.get(name) ?? find(name),
    all: () => [...apps.values()],
    put: (app) => void apps.set(app.key, app),
  }
}
