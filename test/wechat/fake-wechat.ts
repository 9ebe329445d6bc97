// A small real HTTP server that answers, or misbehaves, as one test tells it to, and remembers what it was asked.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Grant, type Log, type Openid, PlatformError, type Unionid, type WechatApp } from '#server/core/ports.js'
import type { CallLimits } from '#server/wechat/call.js'
import { createPlatform } from '#server/wechat/platform.js'
import { parts } from './deps.js'

export type Answer = (res: ServerResponse, req: IncomingMessage) => void

export const SECRET = '0123456789abcdef0123456789abcdef'
export const CODE = '061p2Za447CUkl2X061p2Za447CUkl2X'
export const TOKEN = '99_accessTokenThatNobodyMaySee'

export const APP: WechatApp = {
  key: 'pc',
  kind: 'website',
  appid: 'wx0123456789abcdef',
  secret: SECRET,
  platform: 'main',
  bound: true,
  notify: null,
  strangers: 'ask',
  scene: 'confirm',
}

/** An answer in the form WeChat gives it: status 200, text/plain without a charset. */
export const text =
  (body: string | Buffer): Answer =>
  (res) => {
    res.writeHead(200, { 'content-type': 'text/plain' }).end(body)
  }

export const json = (body: unknown): Answer => text(JSON.stringify(body))

/** A server and a platform that talks to it. `answers` are used up in order; the last one stays. */
async function createFakeWechat(answers: Answer[], limits: Partial<CallLimits> = {}) {
  const requests: string[] = []
  const lines: { level: string; event: string; data: Record<string, unknown> }[] = []
  const server = createServer((req, res) => {
    requests.push(req.url ?? '')
    answers[Math.min(requests.length, answers.length) - 1]?.(res, req)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const write =
    (level: string): Log['info'] =>
    (event, data = {}) => {
      lines.push({ level, event, data })
    }
  const log: Log = { info: write('info'), warn: write('warn'), error: write('error') }
  const platform = createPlatform({
    openUrl: url,
    apiUrl: url,
    pollUrl: url,
    ...parts(),
    log,
    limits: { retryMs: [10, 20], ...limits },
  })

  return {
    url,
    platform,
    /** Path and query of every request that arrived. */
    requests,
    /** Everything logged. */
    lines,
    async close() {
      await platform.close()
      server.closeAllConnections()
      if (server.listening) server.close()
    },
    /** Stops listening while the platform lives on. */
    async stopListening() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export const OPENID = 'oABCDEFGHIJKLMNOPQRSTUVWXYZ0'
export const UNIONID = 'oUNIONabcdefghijklmnopqrstuv'
export const TOKEN_ANSWER = {
  access_token: TOKEN,
  expires_in: 7200,
  refresh_token: '99_refresh',
  openid: OPENID,
  scope: 'snsapi_login',
  unionid: UNIONID,
}
export const PROFILE_ANSWER = {
  openid: OPENID,
  nickname: '小明',
  sex: 0,
  headimgurl: 'https://thirdwx.qlogo.cn/mmopen/vi_32/x/132',
  privilege: [],
  unionid: UNIONID,
}
export const GRANT: Grant = {
  openid: OPENID as Openid,
  unionid: UNIONID as Unionid,
  scopes: ['snsapi_login'],
  accessToken: TOKEN,
  snapshotUser: false,
  tookMs: 5,
}
/** Tears the connection down under the request. */
export const reset: Answer = (res) => res.socket?.resetAndDestroy()

/** Starts both; they end with the test. */
export async function wechat(answers: Answer[], limits?: Partial<CallLimits>) {
  const fake = await createFakeWechat(answers, limits)
  onTestFinished(fake.close)
  return {
    ...fake,
    exchange: () => fake.platform.exchangeCode(APP, CODE),
    profile: (grant = GRANT) => fake.platform.readProfile(APP, grant),
  }
}

/** What the call fails with, which must be a PlatformError. */
export async function failure(work: Promise<unknown>): Promise<PlatformError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof PlatformError)) throw new Error(`no PlatformError but ${String(error)}`)
  return error
}
