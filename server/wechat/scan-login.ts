// The documented scan login of a mobile app, for desktop programs: SDK ticket, signature, code, long poll.
import { createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import {
  type Clock,
  type Platform,
  PlatformError,
  type ScanPoll,
  type Vault,
  type WechatApp,
} from '#server/core/ports.js'
import { type Answer, parseAnswer } from './answer.js'
import type { Caller } from './call.js'
import { patience, type ServerTokens, shareOf } from './server-token.js'

const TicketAnswer = z.object({ ticket: z.string().min(1).max(2048), expires_in: z.number().positive() })
const BegunAnswer = z.object({ uuid: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/) })
const PollAnswer = z.object({ wx_errcode: z.coerce.number().int(), wx_code: z.string().catch('') })

const SCOPE = 'snsapi_userinfo'
/** WeChat holds a poll for half a minute. */
const POLL_MS = 35_000
/** A ticket with less than this left is asked for anew. */
const MARGIN_MS = 60_000

/** SHA-1 in hex over the four values in the order of their names, raw. The published vector is a test. */
export function sdkSignature(values: { appid: string; noncestr: string; ticket: string; timestamp: string }): string {
  const { appid, noncestr, ticket, timestamp } = values
  const text = `appid=${appid}&noncestr=${noncestr}&sdk_ticket=${ticket}&timestamp=${timestamp}`
  return createHash('sha1').update(text).digest('hex')
}

/** See `Platform.beginScan` and `Platform.pollScan`. `openUrl` has no slash at the end. */
export function createScanLogin(deps: {
  caller: Caller
  tokens: ServerTokens
  vault: Vault
  clock: Clock
  openUrl: string
}): Pick<Platform, 'beginScan' | 'pollScan'> {
  const { caller, tokens, vault, clock, openUrl } = deps
  const asking = new Map<string, Promise<string>>()

  /** WeChat allows few of these calls: one ticket is kept for all nodes. */
  async function sdkTicket(app: WechatApp, not: string | null, until: number): Promise<string> {
    const name = `sdk-ticket:${app.appid}`
    const kept = await vault.get(name, MARGIN_MS).catch(() => null)
    if (kept !== null && kept !== not) return kept
    const underWay = asking.get(app.appid)
    if (underWay) return underWay
    const asked = askForTicket(app, name, until).finally(() => asking.delete(app.appid))
    asking.set(app.appid, asked)
    return asked
  }

  async function askForTicket(app: WechatApp, name: string, until: number): Promise<string> {
    const { ticket, expires_in: seconds } = await tokens.withToken(
      app,
      (token) => ({
        app: app.key,
        path: '/cgi-bin/ticket/getticket',
        query: { access_token: token, type: '2' },
        retry: 'transient',
        read: (answer) => TicketAnswer.safeParse(answer).data ?? null,
      }),
      until,
    )
    await vault.put(name, ticket, seconds * 1000).catch(() => undefined)
    return ticket
  }

  function askForCode(app: WechatApp, ticket: string, until: number): Promise<string> {
    const { appid } = app
    const noncestr = randomBytes(16).toString('hex')
    const timestamp = String(Math.floor(clock() / 1000))
    const signature = sdkSignature({ appid, noncestr, ticket, timestamp })
    return caller.call({
      app: app.key,
      host: 'open',
      path: '/connect/sdk/qrconnect',
      query: { appid, noncestr, timestamp, scope: SCOPE, signature },
      retry: 'transient',
      totalMs: shareOf(until),
      kindOf: (errcode) => (errcode === -1 ? undefined : 'config'),
      read: (answer) => BegunAnswer.safeParse(answer).data?.uuid ?? null,
    })
  }

  return {
    async beginScan(app) {
      const until = patience()
      const ticket = await sdkTicket(app, null, until)
      let uuid: string
      try {
        uuid = await askForCode(app, ticket, until)
      } catch (error) {
        // A refusal, whatever its number: perhaps the ticket is not the one that counts any more.
        if (!(error instanceof PlatformError) || error.kind !== 'config') throw error
        uuid = await askForCode(app, await sdkTicket(app, ticket, until), until)
      }
      return { uuid, content: `${openUrl}/connect/confirm?uuid=${uuid}` }
    },

    pollScan: (uuid, last, signal) =>
      caller.call({
        app: null,
        host: 'poll',
        path: '/connect/l/qrconnect',
        query: { f: 'json', uuid, ...(last === 'scanned' ? { last: '404' } : {}), _: String(clock()) },
        retry: 'unspent',
        totalMs: POLL_MS,
        signal,
        parse: parsePoll,
        read(answer) {
          const { success, data } = PollAnswer.safeParse(answer)
          return success ? newsOf(data.wx_errcode, data.wx_code) : null
        },
      }),
  }
}

/** JSON, or the script that WeChat's own page loads. */
function parsePoll(body: Uint8Array): Answer | null {
  const text = new TextDecoder().decode(body)
  const [, wx_errcode] = /wx_errcode\s*=\s*(\d+)/.exec(text) ?? []
  if (wx_errcode === undefined) return parseAnswer(body)
  return { wx_errcode, wx_code: /wx_code\s*=\s*['"]([^'"]*)/.exec(text)?.[1] ?? '' }
}

/** The names are easy to swap: 404 is scanned, 405 is confirmed. Null: not one of WeChat's. */
function newsOf(errcode: number, code: string): ScanPoll | null {
  switch (errcode) {
    case 408:
      return { status: 'waiting' }
    case 404:
      return { status: 'scanned' }
    case 405:
      return /^[A-Za-z0-9_-]{1,128}$/.test(code) ? { status: 'confirmed', code } : null
    case 403:
      return { status: 'refused' }
    case 402:
      return { status: 'expired' }
    default:
      return null
  }
}
