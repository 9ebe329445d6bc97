// A code becomes a token, and a token lives longer. The real order of checks is not documented; this one is kept here.
import { type App, unionidFor } from '../state/apps.js'
import type { Consent } from '../state/codes.js'
import { openidOf, unionidOf } from '../state/ids.js'
import { ACCESS_TOKEN_LIFE_S, type Grant } from '../state/tokens.js'
import { ApiError } from '../wire/errors.js'
import type { World } from '../world.js'
import { knownApp, orderedError, required, requireGrantType } from './sns-params.js'

const EXCHANGE_PATH = '/sns/oauth2/access_token'

/** `/sns/oauth2/access_token`: the code is spent only when everything is right. @throws ApiError */
export function exchangeCode(world: World, params: URLSearchParams): object {
  const appid = required(params, 'appid', 41002)
  const secret = required(params, 'secret', 41004)
  const code = required(params, 'code', 41008)
  requireGrantType(params, 'authorization_code')
  const app = knownApp(world, appid)
  if (secret !== app.secret) throw new ApiError(40125)
  orderedError(world, EXCHANGE_PATH)
  const verdict = world.codes.check(app, code)
  if (!verdict.ok) throw new ApiError(verdict.used ? 40163 : 40029)
  // A mini program's code is exchanged elsewhere.
  if (verdict.consent.scope === '') throw new ApiError(40029)

  world.codes.consume(code)
  const { accessToken, refreshToken, grant } = world.tokens.issue(grantFor(world, app, verdict.consent))
  return {
    access_token: accessToken,
    expires_in: ACCESS_TOKEN_LIFE_S,
    refresh_token: refreshToken,
    openid: grant.openid,
    scope: grant.scope,
    ...(grant.snapshot ? { is_snapshotuser: 1 } : {}),
    ...(grant.unionid === null ? {} : { unionid: grant.unionid }),
  }
}

/** `/sns/oauth2/refresh_token`: needs no secret and tells no unionid. @throws ApiError */
export function refreshToken(world: World, params: URLSearchParams): object {
  const appid = required(params, 'appid', 41002)
  const token = required(params, 'refresh_token', 41003)
  requireGrantType(params, 'refresh_token')
  const app = knownApp(world, appid)
  orderedError(world, '/sns/oauth2/refresh_token')
  const pair = world.tokens.refresh(app.appid, token)
  if (pair === 'unknown') throw new ApiError(40030)
  if (pair === 'expired') throw new ApiError(42002)
  return {
    access_token: pair.accessToken,
    expires_in: ACCESS_TOKEN_LIFE_S,
    refresh_token: pair.refreshToken,
    openid: pair.grant.openid,
    scope: pair.grant.scope,
  }
}

/** Who the site is told this is: the person, a virtual one, or whoever a fault puts in their place. */
function grantFor({ faults }: World, app: App, { person, scope, snapshot }: Consent): Grant {
  const isVirtual = faults.take(EXCHANGE_PATH, 'snapshotUser') !== null || snapshot
  const shown = isVirtual ? { ...person, seed: `snapshot:${person.seed}` } : person
  const otherOpenid = faults.take(EXCHANGE_PATH, 'otherOpenid') !== null
  const otherUnionid = faults.take(EXCHANGE_PATH, 'otherUnionid') !== null
  const noUnionid = faults.take(EXCHANGE_PATH, 'noUnionid') !== null
  const unionid = unionidFor(app, shown, scope)
  return {
    appid: app.appid,
    person: person.name,
    openid: openidOf(otherOpenid ? `other:${shown.seed}` : shown.seed, app.appid),
    unionid: noUnionid ? null : otherUnionid && unionid !== null ? unionidOf('other', unionid) : unionid,
    scope,
    snapshot: isVirtual,
  }
}
