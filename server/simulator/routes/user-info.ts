// What an official account's server is told about a person: whether they follow, and since which code. No profile.
import { type App, unionidFor } from '../state/apps.js'
import { openidOf, unionidOf } from '../state/ids.js'
import { ApiError } from '../wire/errors.js'
import type { World } from '../world.js'
import { required } from './sns-params.js'

const PATH = '/cgi-bin/user/info'

/** `/cgi-bin/user/info`: of whoever does not follow, only that they do not. @throws ApiError 41009, 40003 */
export function readFollower({ people, followers, faults }: World, app: App, params: URLSearchParams): object {
  const asked = required(params, 'openid', 41009)
  const person = people.all().find(({ seed }) => openidOf(seed, app.appid) === asked)
  if (!person) throw new ApiError(40003)
  const openid = faults.take(PATH, 'otherOpenid') ? openidOf('other', asked) : asked
  const following = followers.find(app, person)
  if (!following) return { subscribe: 0, openid }

  const real = unionidFor(app, person, 'snsapi_userinfo')
  const other = faults.take(PATH, 'otherUnionid') !== null
  const unionid = faults.take(PATH, 'noUnionid') ? null : other && real !== null ? unionidOf('other', real) : real
  const { scene } = following
  return {
    subscribe: 1,
    openid,
    language: params.get('lang') ?? 'zh_CN',
    subscribe_time: Math.floor(following.since / 1000),
    ...(unionid === null ? {} : { unionid }),
    remark: '',
    groupid: 0,
    tagid_list: [],
    subscribe_scene: scene === null ? 'ADD_SCENE_SEARCH' : 'ADD_SCENE_QR_CODE',
    qr_scene: typeof scene === 'number' ? scene : 0,
    qr_scene_str: typeof scene === 'string' ? scene : '',
  }
}
