// WeChat as the Platform port shows it: codes that are good once, people behind them, and a gate that can hold one exchange.
import {
  type Grant,
  type Openid,
  type Platform,
  PlatformError,
  type PlatformErrorKind,
  type ScanPoll,
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
  const codes = { scenes: [] as string[], followers: [] as string[], scans: 0, polls: [] as string[] }
  const followers = new Map<string, string | null | Error>()
  const scans = createScans()
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
    async exchangeJsCode(app, code) {
      const { openid, unionid } = await platform.exchangeCode(app, code)
      return { openid, unionid }
    },
    async createSceneCode(_app, scene) {
      codes.scenes.push(scene)
      return `http://weixin.qq.com/q/${codes.scenes.length}`
    },
    async readFollower(_app, openid) {
      codes.followers.push(openid)
      const known = followers.get(openid)
      if (known instanceof Error) throw known
      return { unionid: (known ?? null) as Unionid | null, follows: known !== undefined }
    },
    async beginScan() {
      codes.scans += 1
      const uuid = `uuid-${codes.scans}`
      return { uuid, content: `https://open.weixin.test/connect/confirm?uuid=${uuid}` }
    },
    async pollScan(uuid, last, signal) {
      codes.polls.push(`${uuid}:${last}`)
      return scans.next(uuid, signal)
    },
  }

  return {
    platform,
    calls,
    /** What was asked of WeChat's own codes (`scene`, `sdk`). */
    codes,
    /** Resolves once WeChat has been asked about this many codes. */
    async asked(times: number): Promise<void> {
      while (calls.exchanges.length < times) await new Promise((resolve) => setTimeout(resolve, 1))
    },
    /** What WeChat answers to this code, once: afterwards the code is spent. */
    says: (code: string, answer: Answer | Error) => {
      answers.set(code, answer)
    },
    /** What an Official Account is told of this follower: a unionid or none, or a failure. */
    follower: (openid: string, known: string | null | Error) => {
      followers.set(openid, known)
    },
    /** The next news of a scan; whoever polls already is answered at once. */
    scanSays: scans.say,
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

/** News of scans, in order: a poll takes the oldest, or waits for one. */
function createScans() {
  const news = new Map<string, (ScanPoll | Error)[]>()
  const waiting = new Map<string, () => void>()
  const queue = (uuid: string) => {
    const known = news.get(uuid) ?? []
    news.set(uuid, known)
    return known
  }
  return {
    say(uuid: string, answer: ScanPoll | Error): void {
      queue(uuid).push(answer)
      waiting.get(uuid)?.()
    },
    async next(uuid: string, signal: AbortSignal): Promise<ScanPoll> {
      while (queue(uuid).length === 0) {
        if (signal.aborted) throw platformError('unreachable')
        await new Promise<void>((resolve) => {
          waiting.set(uuid, resolve)
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      const answer = queue(uuid).shift()
      if (answer === undefined || answer instanceof Error) throw answer ?? platformError('unreachable')
      return answer
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
    tookMs: 5,
  }
}

function address(path: string, options: Record<string, string | boolean>): string {
  const query = new URLSearchParams(Object.entries(options).map(([name, value]) => [name, String(value)]))
  return `https://open.weixin.test${path}?${query}`
}
