// Where a visitor is: a browser, WeChat, or one of its relatives. Only what a page says and where it leads depends on it.
import type { Context } from 'koa'
import { readCookie, setCookie } from './cookies.js'
import { type PlaceOfVisit, placeOfVisit } from './device.js'

/** The simulator's phone is a page in an ordinary browser: it says so in its links, and below /wechat by this cookie. */
const SIMULATED = 'saoma-simulated-phone'
const SIMULATED_MS = 15 * 60_000

export interface Places {
  /** Where this visitor is. The simulator's phone counts as WeChat while the simulator stands in. */
  of(ctx: Context): PlaceOfVisit
  /** Lets the simulator's phone be known again when it comes back to /wechat. */
  remember(ctx: Context): void
}

/** @param simulator its address when it stands in for WeChat, else null */
export function createPlaces({ simulator, secure }: { simulator: string | null; secure: boolean }): Places {
  const isSimulated = (ctx: Context): boolean =>
    simulator !== null && (ctx.query.wechat === 'simulated' || readCookie(ctx.req.headers.cookie, SIMULATED) === '1')
  return {
    of: (ctx) => (isSimulated(ctx) ? 'wechat' : placeOfVisit(ctx.get('User-Agent'))),
    remember(ctx) {
      if (isSimulated(ctx)) setCookie(ctx, SIMULATED, '1', { secure, maxAgeMs: SIMULATED_MS, path: '/wechat' })
    },
  }
}
