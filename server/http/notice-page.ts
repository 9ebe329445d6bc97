// The page that says what went wrong and what to do about it: in place of whatever was asked for, or as the end of a
// login inside WeChat.
import type { Context } from 'koa'
import { methodOfState } from '#server/core/ticket/state.js'
import type { SiteConfig } from '#shared/api.js'
import { ERRORS, type ErrorCode } from '#shared/errors.js'
import { REASON_TEXTS } from '#shared/reasons.js'
import type { Reason } from '#shared/ticket.js'
import { pagePolicy } from './security-headers.js'
import type { WebPages } from './web-pages.js'

export interface NoticePage {
  /** In place of an answer; the status is set already. */
  error(ctx: Context, code: ErrorCode): void
  /** A login inside WeChat ended for this reason. @param next where its button leads, a path of ours */
  reason(ctx: Context, reason: Reason, next: string): void
}

const KNOWN: ReadonlySet<string> = new Set(Object.keys(ERRORS))

export function createNoticePage(deps: { pages: WebPages; publicUrl: string; site: SiteConfig }): NoticePage {
  const { pages, publicUrl, site } = deps

  const show = (ctx: Context, code: ErrorCode | Reason, next: string): void => {
    pagePolicy(ctx, publicUrl, { framedBySelf: ctx.path.startsWith('/wechat/callback/') })
    const here = `${publicUrl}${ctx.path}`
    const phone = site.simulator === null ? '' : `${site.simulator}/phone?scan=${encodeURIComponent(here)}`
    // Its script says more; without JavaScript these two sentences are the page.
    const { zh, en } = isErrorCode(code) ? ERRORS[code] : REASON_TEXTS[code]
    const shown = { __NOTICE_CODE__: code, __NOTICE_NEXT__: next, __NOTICE_SIM__: phone }
    pages.send(ctx, 'notice', { ...shown, __NOTICE_ZH__: zh, __NOTICE_EN__: en })
  }

  return {
    error: (ctx, code) => show(ctx, code, restartOf(ctx)),
    reason(ctx, reason, next) {
      // What the person can go on from is a page like any other; what went wrong says so.
      ctx.status = reason === 'explicit_required' || !isErrorCode(reason) ? 200 : ERRORS[reason].status
      show(ctx, reason, next)
    },
  }
}

/** Where somebody begins anew: inside WeChat with its app's login, everywhere else with the login page. */
function restartOf(ctx: Context): string {
  const app = /^\/wechat\/(?:callback|login)\/([a-z0-9-]{1,32})$/.exec(ctx.path)?.[1]
  if (app === undefined) return '/'
  const state = typeof ctx.query.state === 'string' ? ctx.query.state : ''
  return ctx.path.startsWith('/wechat/login/') || methodOfState(state) === 'official' ? `/wechat/login/${app}` : '/'
}

function isErrorCode(text: string): text is ErrorCode {
  return KNOWN.has(text)
}
