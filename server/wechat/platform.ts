// The Platform port over HTTP: what the rules ask of WeChat, in WeChat's words. Identifiers leave here checked and
// typed, and an answer about anybody but the person asked for is an error.
import type { Clock, Log, Meter, Openid, Platform, Unionid, Vault } from '#server/core/ports.js'
import { GrantAnswer, ProfileAnswer, SessionAnswer } from './answer.js'
import { CALL_LIMITS, type Caller, type CallLimits, createCaller } from './call.js'
import { cleanProfile } from './clean-profile.js'
import { createFollowers } from './followers.js'
import { createScanLogin } from './scan-login.js'
import { createServerTokens, type ServerTokens } from './server-token.js'
import { authorizeUrl, qrconnectUrl } from './urls.js'

/** Base URLs of WeChat's pages, its API and its long poll; `random` in [0, 1) to spread retries. */
export interface PlatformDeps {
  readonly openUrl: string
  readonly apiUrl: string
  readonly pollUrl: string
  readonly log: Log
  readonly clock: Clock
  /** Where the secrets that WeChat lends are kept for all nodes. */
  readonly vault: Vault
  random(): number
  /** Counts for the operator; without it nothing is counted. */
  readonly meter?: Pick<Meter, 'calledWechat' | 'wechatRefused'>
  readonly limits?: Partial<CallLimits>
}

/** Within this a person at the callback hears what came of it, however slow WeChat is: both calls together. */
const LOGIN_MS = 6_500

/** `close` lets calls under way end, then closes the connections. `states`: how WeChat's hosts are taken to be. */
export function createPlatform(
  deps: PlatformDeps,
): Platform & Pick<Caller, 'close' | 'states'> & Pick<ServerTokens, 'tokenState'> {
  const openUrl = deps.openUrl.replace(/\/+$/, '')
  const ownOrigins = [new URL(deps.openUrl).origin, new URL(deps.apiUrl).origin]
  const urls = { open: openUrl, api: deps.apiUrl, poll: deps.pollUrl }
  const limits = { ...CALL_LIMITS, ...deps.limits }
  const caller = createCaller({ ...deps, urls })
  const { call, close, states } = caller
  const tokens = createServerTokens({ ...deps, caller })

  return {
    close,
    states,
    tokenState: tokens.tokenState,
    ...createFollowers(tokens),
    ...createScanLogin({ ...deps, caller, tokens, openUrl }),
    qrconnectUrl: (app, options) => qrconnectUrl(openUrl, app, options),
    authorizeUrl: (app, options) => authorizeUrl(openUrl, app, options),

    async exchangeCode(app, code) {
      const started = performance.now()
      const grant = await call({
        app: app.key,
        path: '/sns/oauth2/access_token',
        query: { appid: app.appid, secret: app.secret, code, grant_type: 'authorization_code' },
        retry: 'unspent',
        kindOf: secretIsWrong,
        read(answer) {
          const { success, data } = GrantAnswer.safeParse(answer)
          if (!success) return null
          return {
            openid: data.openid as Openid,
            unionid: (data.unionid ?? null) as Unionid | null,
            scopes: data.scope
              .split(',')
              .map((scope) => scope.trim())
              .filter((scope) => scope !== ''),
            accessToken: data.access_token,
            snapshotUser: Number(data.is_snapshotuser ?? 0) !== 0,
          }
        },
      })
      return { ...grant, tookMs: performance.now() - started }
    },

    exchangeJsCode: (app, code) =>
      call({
        app: app.key,
        path: '/sns/jscode2session',
        query: { appid: app.appid, secret: app.secret, js_code: code, grant_type: 'authorization_code' },
        retry: 'unspent',
        kindOf: secretIsWrong,
        // The session key stays in the answer, which nobody keeps.
        read(answer) {
          const { success, data } = SessionAnswer.safeParse(answer)
          return success ? { openid: data.openid as Openid, unionid: (data.unionid ?? null) as Unionid | null } : null
        },
      }),

    readProfile: (app, grant) =>
      call({
        app: app.key,
        path: '/sns/userinfo',
        query: { access_token: grant.accessToken, openid: grant.openid, lang: 'zh_CN' },
        retry: 'transient',
        totalMs: Math.min(limits.totalMs, LOGIN_MS - grant.tookMs),
        read(answer) {
          const { success, data } = ProfileAnswer.safeParse(answer)
          if (!success || data.openid !== grant.openid) return null
          const unionid = (data.unionid ?? null) as Unionid | null
          if (unionid !== null && grant.unionid !== null && unionid !== grant.unionid) return null
          return {
            profile: cleanProfile({ nickname: data.nickname, avatarUrl: data.headimgurl }, ownOrigins),
            unionid: unionid ?? grant.unionid,
          }
        },
      }),
  }
}

/** No token was sent, so an invalid credential can only be the secret. */
function secretIsWrong(errcode: number): 'config' | undefined {
  return errcode === 40001 ? 'config' : undefined
}
