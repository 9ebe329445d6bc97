// WeChat as the Platform port shows it: codes that are good once, people behind them, and a gate that can hold one exchange.
import {
  type Grant,
  type Openid,
  type Platform,
  PlatformError,
  type PlatformErrorKind,
  type Unionid,
} from '#server/core/ports.js'

export interface Answer {
  readonly openid: string
  readonly unionid?: string | null
  readonly scopes?: readonly string[]
  readonly nickname?: string
  /** A unionid that only the profile tells. */
  readonly profileUnionid?: string
  readonly snapshotUser?: boolean
}

/** WeChat's failure of this kind. */
export function platformError(kind: PlatformErrorKind): PlatformError {
  return new PlatformError(kind, {
    host: 'api.weixin.test',
    path: '/sns/oauth2/access_token',
    errcode: null,
    rid: null,
  })
}

/** Answers as told by `says`; every exchange and every profile reading is counted. */
export function createFakePlatform() {
  const answers = new Map<string, Answer | Error>()
  const profiles = new Map<string, Answer>()
  const calls = { exchanges: [] as string[], profiles: 0 }
  let gate: Promise<void> = Promise.resolve()

  const platform: Platform = {
    qrconnectUrl: (app, options) => address('/connect/qrconnect', { appid: app.appid, ...options }),
    authorizeUrl: (app, options) => address('/connect/oauth2/authorize', { appid: app.appid, ...options }),
    async exchangeCode(app, code) {
      calls.exchanges.push(`${app.key}:${code}`)
      const answer = answers.get(code) ?? platformError('code_rejected')
      answers.delete(code)
      const held = gate
      gate = Promise.resolve()
      await held
      if (answer instanceof Error) throw answer
      const grant = grantOf(answer)
      profiles.set(grant.accessToken, answer)
      return grant
    },
    async readProfile(_app, grant) {
      calls.profiles++
      const answer = profiles.get(grant.accessToken)
      const profile = { nickname: answer?.nickname ?? '', avatarUrl: '' }
      return { profile, unionid: (answer?.profileUnionid ?? grant.unionid) as Unionid | null }
    },
  }

  return {
    platform,
    calls,
    /** Resolves once WeChat has been asked about this many codes. */
    async asked(times: number): Promise<void> {
      while (calls.exchanges.length < times) await new Promise((resolve) => setTimeout(resolve, 1))
    },
    /** What WeChat answers to this code, once: afterwards the code is spent. */
    says: (code: string, answer: Answer | Error) => {
      answers.set(code, answer)
    },
    /** Holds the next exchange, and no other, until the returned function is called. */
    holdNext(): () => void {
      let release = () => {}
      gate = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
  }
}

function grantOf({ openid, unionid = null, scopes = ['snsapi_login'], snapshotUser = false }: Answer): Grant {
  return {
    openid: openid as Openid,
    unionid: unionid as Unionid | null,
    scopes,
    accessToken: `token-of-${openid}`,
    snapshotUser,
  }
}

function address(path: string, options: Record<string, string | boolean>): string {
  const query = new URLSearchParams(Object.entries(options).map(([name, value]) => [name, String(value)]))
  return `https://open.weixin.test${path}?${query}`
}
