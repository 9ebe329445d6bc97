// The checks of a link to /connect/oauth2/authorize. WeChat matches it with a strict expression: order counts.
import type { App } from '../state/apps.js'
import type { SimContext } from '../wire/context.js'
import { PageError } from '../wire/page-errors.js'
import { checkRedirect } from '../wire/redirect.js'
import type { World } from '../world.js'

export const AUTHORIZE_PATH = '/connect/oauth2/authorize'

export interface AuthorizeLink {
  readonly app: App
  readonly redirectUri: string
  readonly scope: 'snsapi_base' | 'snsapi_userinfo'
  readonly state: string
  /** `forceSnapShot=true`: the visitor is a virtual person. */
  readonly snapshot: boolean
  /** The link has been through WeChat's extra hop, or was made to skip it. */
  readonly hopDone: boolean
}

const ORDER = ['appid', 'redirect_uri', 'response_type', 'scope', 'state']
const STATE_LIMIT = 128

/** What the link asks for. @throws PageError for the first thing that is wrong with it */
export function checkAuthorizeLink({ apps, faults, options }: World, ctx: SimContext): AuthorizeLink {
  const params = new URLSearchParams(ctx.querystring)
  const fault = faults.take(AUTHORIZE_PATH, 'errcode')
  if (fault) throw new PageError(fault.errcode)

  const appid = params.get('appid')
  if (!appid) throw new PageError('10012')
  if (!params.get('redirect_uri')) throw new PageError('10011')
  if (params.get('response_type') !== 'code') throw new PageError('response_type')
  const scope = params.get('scope')
  if (!scope) throw new PageError('10010')
  const state = params.get('state')
  if (state === '') throw new PageError('10013')
  if (Buffer.byteLength(state ?? '') > STATE_LIMIT) throw new PageError('state_too_long')
  if (!isInOrder([...params.keys()])) throw new PageError('parameter_order')

  const app = apps.find(appid)
  if (!app) throw new PageError('10012')
  if (app.kind !== 'official') throw new PageError('10016')
  if ((scope !== 'snsapi_base' && scope !== 'snsapi_userinfo') || !app.scopes.includes(scope)) {
    throw new PageError('10005')
  }
  return {
    app,
    redirectUri: checkRedirect(app, params.get('redirect_uri'), options.callbackDomains),
    scope,
    state: state ?? '',
    snapshot: params.get('forceSnapShot') === 'true',
    hopDone: params.get('connect_redirect') === '1',
  }
}

/** The documented parameters come first, each once and in their order; whatever else there is comes after them. */
function isInOrder(names: readonly string[]): boolean {
  const documented = ORDER.filter((name) => names.includes(name))
  const rest = names.slice(documented.length)
  return documented.every((name, index) => names[index] === name) && !rest.some((name) => ORDER.includes(name))
}
