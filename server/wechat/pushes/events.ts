// Which of the things that may happen a push tells of. Names are compared without regard to case: WeChat's vary.
import type { Openid, Push, Subject, Unionid } from '#server/core/ports.js'
import type { PushFields } from './fields.js'

const ID = /^[A-Za-z0-9_-]{6,64}$/
/** Stands before the scene of somebody who was no follower before. */
const NEW_FOLLOWER = /^qrscene_/

/** Never throws: what cannot be understood is `other`. */
export function eventOf({ get }: PushFields): Push {
  const event = get('Event').toLowerCase()
  if (get('MsgType').toLowerCase() !== 'event') return { kind: 'other', event: 'message' }
  switch (event) {
    case 'scan':
    case 'subscribe': {
      const openid = idIn(get('FromUserName'))
      const scene = get('EventKey').replace(event === 'subscribe' ? NEW_FOLLOWER : '', '')
      return openid === null || scene === ''
        ? { kind: 'other', event }
        : { kind: 'scan', openid: openid as Openid, scene }
    }
    case 'user_info_modified':
      return { kind: 'profile_modified', subject: subjectOf(get) }
    case 'user_authorization_revoke': {
      // How several codes are told apart is documented nowhere.
      const what = get('RevokeInfo').match(/\d+/g) ?? []
      return { kind: 'revoked', subject: subjectOf(get), what }
    }
    case 'user_authorization_cancellation':
      return { kind: 'cancelled', subject: subjectOf(get) }
    default:
      return { kind: 'other', event }
  }
}

/** FromUserName is WeChat's push service in these, not the person. */
function subjectOf(get: PushFields['get']): Subject {
  return { openid: idIn(get('OpenID')) as Openid | null, unionid: idIn(get('UnionID')) as Unionid | null }
}

function idIn(text: string): string | null {
  return ID.test(text) ? text : null
}
