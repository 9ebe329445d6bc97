// The server's own tokens: one an app for all nodes, fetched by one caller at a time, renewed before WeChat does, once more
// when a call shows that it is void, and left alone for a while when only the operator can help.

import * as z from 'zod'
import { type Clock, type Log, PlatformError, type Vault, type WechatApp } from '#server/core/ports.js'
import type { Answer } from './answer.js'
import type { Call, Caller } from './call.js'

const Fetched = z.object({ access_token: z.string().min(1).max(2048), expires_in: z.number().positive() })

/** One request with a token. */
export const SERVER_CALL_MS = 2_500
/** All requests that one code or one look at a follower may need, however slow WeChat is: a person waits for it. */
const PATIENCE_MS = 6_500

/** Until when (on the monotonic clock) whatever begins now has to be over. */
export const patience = (): number => performance.now() + PATIENCE_MS
/** What one request may take of it, in milliseconds. */
export const shareOf = (until: number): number => Math.max(0, Math.min(SERVER_CALL_MS, until - performance.now()))
/** WeChat makes the next token five minutes before the end of this one; both are good until then. */
const MARGIN_MS = 240_000
/** Another node may have renewed it meanwhile. */
const LOOK_AGAIN_MS = 60_000
const VOID: ReadonlySet<number> = new Set([40001, 40014, 42001])
/** Address not in the list, secret or appid wrong, administrator asked or refusing: asking again changes nothing soon. */
const HOPELESS: ReadonlySet<number> = new Set([40013, 40125, 40164, 89501, 89503, 89506, 89507])
const BACK_OFF_MS = { first: 30_000, most: 600_000 } as const

export interface ServerTokens {
  /**
   * Makes a call that needs the app's token. When WeChat says the token is void, it is renewed and the call made again,
   * once. @param until when all of it has to be over; see `patience`. @throws PlatformError
   */
  withToken<T>(app: WechatApp, request: (token: string) => Call<T>, until?: number): Promise<T>
  /** How the app's token is on this node: not asked for yet, held, or refused by WeChat and left alone until then. */
  tokenState(appid: string): { readonly state: 'none' | 'held' | 'resting'; readonly until: number | null }
}

interface Held {
  readonly token: string
  readonly until: number
}

export function createServerTokens(deps: {
  caller: Pick<Caller, 'call'>
  vault: Vault
  clock: Clock
  log: Log
}): ServerTokens {
  const { caller, vault, clock, log } = deps
  const held = new Map<string, Held>()
  const fetching = new Map<string, Promise<string>>()
  const resting = new Map<string, { readonly until: number; readonly forMs: number; readonly error: PlatformError }>()

  async function tokenOf(app: WechatApp, not: string | null, until: number): Promise<string> {
    const known = held.get(app.appid)
    if (known && known.token !== not && known.until > clock() + MARGIN_MS) return known.token
    const underWay = fetching.get(app.appid)
    if (underWay) return underWay
    const fetched = renew(app, not, until).finally(() => fetching.delete(app.appid))
    fetching.set(app.appid, fetched)
    return fetched
  }

  /** Another node may have been here before, or be here now: its token is everybody's. */
  async function renew(app: WechatApp, not: string | null, until: number): Promise<string> {
    const name = `token:${app.appid}`
    const rest = resting.get(app.appid)
    if (rest && rest.until > clock()) {
      const shared = await vault.get(name, MARGIN_MS).catch(() => null)
      if (shared === null || shared === not) throw rest.error
    }
    const token = await vault.share(name, { marginMs: MARGIN_MS, not, until }, async () => {
      const { access_token: value, expires_in: seconds } = await fetchToken(app, until)
      return { value, lifeMs: seconds * 1000 }
    })
    resting.delete(app.appid)
    held.set(app.appid, { token, until: clock() + MARGIN_MS + LOOK_AGAIN_MS })
    return token
  }

  async function fetchToken(app: WechatApp, until: number): Promise<z.infer<typeof Fetched>> {
    try {
      return await caller.call({
        app: app.key,
        ...tokenRequest(app),
        retry: 'transient',
        totalMs: shareOf(until),
        // No token was sent, so an invalid credential can only be the secret.
        kindOf: (errcode) => (VOID.has(errcode) || HOPELESS.has(errcode) ? 'config' : undefined),
        onRefusal(errcode, answer) {
          if (errcode !== 40164) return
          log.error('wechat.address_not_allowed', {
            app: app.key,
            seen: addressIn(answer),
            advice: 'enter this address in the IP list of the app, at WeChat',
          })
        },
        read: (answer) => Fetched.safeParse(answer).data ?? null,
      })
    } catch (error) {
      if (error instanceof PlatformError && HOPELESS.has(error.at.errcode ?? 0)) {
        const forMs = Math.min((resting.get(app.appid)?.forMs ?? BACK_OFF_MS.first / 2) * 2, BACK_OFF_MS.most)
        resting.set(app.appid, { until: clock() + forMs, forMs, error })
      }
      throw error
    }
  }

  return {
    tokenState(appid) {
      const rest = resting.get(appid)
      if (rest && rest.until > clock()) return { state: 'resting', until: rest.until }
      return held.has(appid) ? { state: 'held', until: null } : { state: 'none', until: null }
    },
    async withToken(app, request, until = patience()) {
      const token = await tokenOf(app, null, until)
      try {
        return await caller.call(orVoid(request(token), until))
      } catch (error) {
        if (!(error instanceof PlatformError) || !VOID.has(error.at.errcode ?? 0)) throw error
        return caller.call(orVoid(request(await tokenOf(app, token, until)), until))
      }
    },
  }
}

/** A token that is void even when it is new is the operator's matter, not the person's. */
function orVoid<T>(request: Call<T>, until: number): Call<T> {
  return {
    ...request,
    totalMs: shareOf(until),
    kindOf: (errcode) => request.kindOf?.(errcode) ?? (VOID.has(errcode) ? 'config' : undefined),
  }
}

/** Mobile apps are documented with the older call alone; it retires the token before, so it too is shared by all nodes. */
function tokenRequest({ kind, appid, secret }: WechatApp): Pick<Call<never>, 'path' | 'query' | 'body'> {
  const grant = { grant_type: 'client_credential', appid, secret }
  return kind === 'mobile'
    ? { path: '/cgi-bin/token', query: grant }
    : { path: '/cgi-bin/stable_token', query: {}, body: { ...grant, force_refresh: false } }
}

/** The address that WeChat saw, out of its sentence: the one text that has to be read. */
function addressIn({ errmsg }: Answer): string | null {
  return typeof errmsg === 'string' ? (/invalid ip ([0-9A-Fa-f:.]{3,45})/.exec(errmsg)?.[1] ?? null) : null
}
