// A mini program's code becomes an openid and a session key.
import { unionidFor } from '../state/apps.js'
import { openidOf, unionidOf } from '../state/ids.js'
import { ApiError } from '../wire/errors.js'
import type { World } from '../world.js'
import { knownApp, orderedError, required, requireGrantType } from './sns-params.js'

const PATH = '/sns/jscode2session'
/** Of one person in a minute. */
const MOST_A_MINUTE = 100

/** `/sns/jscode2session`: the code is spent only when everything is right. @throws ApiError */
export function codeToSession(world: World, params: URLSearchParams): object {
  const { codes, faults, options } = world
  const appid = required(params, 'appid', 41002)
  const secret = required(params, 'secret', 41004)
  const code = required(params, 'js_code', 41008)
  requireGrantType(params, 'authorization_code')
  const app = knownApp(world, appid)
  if (secret !== app.secret) throw new ApiError(40125)
  orderedError(world, PATH)
  const verdict = codes.check(app, code)
  if (!verdict.ok) throw new ApiError(verdict.used ? 40163 : 40029)
  const { person } = verdict.consent
  if (app.kind !== 'miniprogram') throw new ApiError(40029)
  if (person.blocked) throw new ApiError(40226)
  if (!world.sessions.count(person.name, MOST_A_MINUTE)) throw new ApiError(45011)

  codes.consume(code)
  const seed = faults.take(PATH, 'otherOpenid') === null ? person.seed : `other:${person.seed}`
  // A mini program is told the unionid without anybody being asked.
  const known = faults.take(PATH, 'noUnionid') === null ? unionidFor(app, person, 'snsapi_userinfo') : null
  const unionid = known !== null && faults.take(PATH, 'otherUnionid') !== null ? unionidOf('other', known) : known
  const sessionKey = options.random(16).toString('base64')
  world.sessionKeys.set(`${appid} ${person.name}`, sessionKey)
  return {
    session_key: sessionKey,
    openid: openidOf(seed, app.appid),
    ...(unionid === null ? {} : { unionid }),
  }
}
