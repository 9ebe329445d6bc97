// The profile behind a token, and the check of a token.
import { opensProfile } from '../state/apps.js'
import { openidOf, unionidOf } from '../state/ids.js'
import { ApiError } from '../wire/errors.js'
import type { World } from '../world.js'
import { orderedError, required } from './sns-params.js'

const PATH = '/sns/userinfo'

/** `/sns/userinfo`. @throws ApiError */
export function readUserinfo(world: World, params: URLSearchParams): object {
  const accessToken = required(params, 'access_token', 41001)
  const openid = required(params, 'openid', 41009)
  orderedError(world, PATH)
  const found = world.tokens.find(accessToken)
  if (!found) throw new ApiError(40001)
  if (found.expired) throw new ApiError(42001)
  const { grant } = found
  if (openid !== grant.openid) throw new ApiError(40003)
  if (!opensProfile(grant.scope)) throw new ApiError(48001)
  const person = world.people.find(grant.person)
  if (!person) throw new ApiError(50002)

  const { faults, options } = world
  const otherOpenid = faults.take(PATH, 'otherOpenid') !== null
  const otherUnionid = faults.take(PATH, 'otherUnionid') !== null
  const noUnionid = faults.take(PATH, 'noUnionid') !== null
  const avatarUrl = grant.snapshot ? '' : person.avatarUrl
  return {
    openid: otherOpenid ? openidOf('other', grant.openid) : grant.openid,
    nickname: grant.snapshot ? '微信用户' : person.nickname,
    sex: 0,
    language: '',
    city: '',
    province: '',
    country: '',
    headimgurl: avatarUrl.startsWith('/') ? options.baseUrl() + avatarUrl : avatarUrl,
    privilege: [],
    ...(grant.unionid === null || noUnionid
      ? {}
      : { unionid: otherUnionid ? unionidOf('other', grant.unionid) : grant.unionid }),
  }
}

/** `/sns/auth`: says `ok` where others say nothing. @throws ApiError */
export function checkToken(world: World, params: URLSearchParams): object {
  const accessToken = required(params, 'access_token', 41001)
  const openid = required(params, 'openid', 41009)
  orderedError(world, '/sns/auth')
  const found = world.tokens.find(accessToken)
  if (!found || found.expired) throw new ApiError(40014)
  if (openid !== found.grant.openid) throw new ApiError(40003)
  return { errcode: 0, errmsg: 'ok' }
}
