// Whether a page was opened from an account's chat or menu: noted on the phone when it is, for a few minutes.
import type { App } from '../state/apps.js'
import type { SimContext } from './context.js'

const COOKIE = 'sim_chat'
const LASTS_MS = 300_000

/** What is opened now comes from this account's chat. */
export function enterChat(ctx: SimContext, { appid }: App): void {
  ctx.cookies.set(COOKIE, appid, { httpOnly: true, sameSite: 'lax', overwrite: true, maxAge: LASTS_MS })
}

/** What is opened from now on comes from somewhere else. */
export function leaveChat(ctx: SimContext): void {
  if (ctx.cookies.get(COOKIE)) ctx.cookies.set(COOKIE, null, { httpOnly: true, sameSite: 'lax', overwrite: true })
}

export function isInChat(ctx: SimContext, { appid }: App): boolean {
  return ctx.cookies.get(COOKIE) === appid
}
