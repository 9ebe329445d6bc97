// Notices to an app that a person's authorisation has changed. They come from a push service, not from the person.
import { type App, unionidFor } from '../state/apps.js'
import { openidOf } from '../state/ids.js'
import type { Person } from '../state/people.js'
import type { World } from '../world.js'
import type { Push } from './push.js'

export const NOTICES = ['user_info_modified', 'user_authorization_revoke', 'user_authorization_cancellation'] as const
export type Notice = (typeof NOTICES)[number]

/** What the person has withdrawn, as RevokeInfo says it: nickname and picture, or all there is. */
const REVOKED = { website: '301', mobile: '301', official: '205', miniprogram: '6' } as const

/** The push of a notice about `person`. @param revokeInfo null: what people withdraw most */
export function noticeOf(
  { clock }: World,
  app: App,
  person: Person,
  notice: Notice,
  { revokeInfo, omitOpenid }: { readonly revokeInfo: string | null; readonly omitOpenid: boolean },
): Push {
  const service = openidOf('push-service', app.appid)
  const unionid = app.kind === 'miniprogram' ? null : unionidFor(app, person, 'snsapi_userinfo')
  const fields = {
    ToUserName: app.originalId,
    FromUserName: service,
    CreateTime: Math.floor(clock.now() / 1000),
    MsgType: 'event',
    Event: notice,
    ...(omitOpenid ? {} : { OpenID: openidOf(person.seed, app.appid) }),
    ...(unionid === null ? {} : { UnionID: unionid }),
    AppID: app.appid,
    ...(notice === 'user_authorization_revoke' ? { RevokeInfo: revokeInfo ?? REVOKED[app.kind] } : {}),
  }
  return { fields, openid: service, replyTo: null }
}
