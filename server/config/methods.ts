// LOGIN_METHODS: which methods are offered, the default one first, and whether there is an app for each.
import { METHODS, type Method } from '#shared/ticket.js'
import type { AppKind, WechatApp } from '../core/ports.js'
import { Refused, type Source } from './source.js'
import { listOf } from './values.js'

/** The kind of app that each method needs. */
const NEEDS = {
  website: 'website',
  relay: 'official',
  scene: 'official',
  official: 'official',
  sdk: 'mobile',
} as const satisfies Record<Method, AppKind>

/** Offered unless LOGIN_METHODS says otherwise. The two others need more than an app: pushes, or WeChat's permission. */
const BY_THEMSELVES: readonly Method[] = ['website', 'relay', 'official']
/** The simulator has all there is. */
const WITH_SIMULATOR: readonly Method[] = ['website', 'relay', 'scene', 'official', 'sdk']

/** The methods offered. With apps for none of them only the calls of apps are left, and that is allowed. */
export function readMethods(source: Source, apps: readonly WechatApp[]): readonly Method[] {
  const wished = source.read('LOGIN_METHODS', listOf(method), null)
  // The simulator has an app of each kind; of apps that could not be read, nothing is known.
  if (apps.length === 0) return wished ?? WITH_SIMULATOR
  for (const each of wished ?? []) {
    if (apps.some((app) => app.kind === NEEDS[each] && (each !== 'scene' || app.notify !== null))) continue
    const more = each === 'scene' ? ' with "notify"' : ''
    source.refuse(
      'LOGIN_METHODS',
      `has ${each} without an app for it: add one of kind ${NEEDS[each]}${more} to WECHAT_APPS`,
    )
  }
  return wished ?? BY_THEMSELVES.filter((each) => apps.some(({ kind }) => kind === NEEDS[each]))
}

function method(text: string): Method {
  const found = METHODS.find((candidate) => candidate === text)
  if (found === undefined) throw new Refused(`is no method: write ${METHODS.join(', ')}, or some of them`)
  return found
}
