// What an Official Account may ask of WeChat: a code that follows somebody's scan, and who a follower is.
import * as z from 'zod'
import type { Platform, Unionid } from '#server/core/ports.js'
import type { ServerTokens } from './server-token.js'

const SceneAnswer = z.object({ url: z.string().min(1).max(512) })
const FollowerAnswer = z.object({ openid: z.string(), subscribe: z.number().catch(0), unionid: z.string().optional() })

/** WeChat takes a minute to thirty days. */
const LIFE_S = { least: 60, most: 2_592_000 } as const

/** See `Platform.createSceneCode` and `Platform.readFollower`. */
export function createFollowers({ withToken }: ServerTokens): Pick<Platform, 'createSceneCode' | 'readFollower'> {
  return {
    createSceneCode: (app, scene, lifeMs) =>
      withToken(app, (token) => ({
        app: app.key,
        path: '/cgi-bin/qrcode/create',
        query: { access_token: token },
        body: {
          expire_seconds: Math.min(Math.max(Math.ceil(lifeMs / 1000), LIFE_S.least), LIFE_S.most),
          action_name: 'QR_STR_SCENE',
          action_info: { scene: { scene_str: scene } },
        },
        retry: 'transient',
        read: (answer) => SceneAnswer.safeParse(answer).data?.url ?? null,
      })),

    readFollower: (app, openid) =>
      withToken(app, (token) => ({
        app: app.key,
        path: '/cgi-bin/user/info',
        query: { access_token: token, openid, lang: 'zh_CN' },
        retry: 'transient',
        read(answer) {
          const { success, data } = FollowerAnswer.safeParse(answer)
          if (!success || data.openid !== openid) return null
          const follows = data.subscribe === 1
          return { unionid: follows && data.unionid ? readUnionid(data.unionid) : null, follows }
        },
      })),
  }
}

/** A unionid in the shape of one, else none: this answer is asked for nothing more. */
function readUnionid(text: string): Unionid | null {
  return /^[A-Za-z0-9_-]{6,64}$/.test(text) ? (text as Unionid) : null
}
