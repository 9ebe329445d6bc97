// What the notice page says for each error a visitor may meet, and for each reason why a login inside WeChat ended.
import { ERRORS, type ErrorCode } from '#shared/errors.js'
import { REASON_TEXTS } from '#shared/reasons.js'
import type { Reason } from '#shared/ticket.js'
import type { Language, Texts } from '../language.js'
import type { IconName } from '../parts/icons.js'
import { notice as en } from '../words/en/notice.js'
import { notice as zh } from '../words/zh-CN/notice.js'

/** `next`: where the server says to go on. `reload`: this page again. `none`: the person does something elsewhere. */
export type WayOn = 'next' | 'reload' | 'none'
export type NoticeCode = ErrorCode | Reason

export interface Notice {
  readonly title: string
  readonly text: string
  readonly icon: IconName
  readonly way: WayOn
  readonly button: string
}

type Own = Readonly<Partial<Record<NoticeCode, { readonly title?: string; readonly text?: string }>>>

/** Where the notice stands: the path it answers, and where the server says to go on. */
export interface Place {
  readonly path: string
  readonly next: string
}

const SIGNS: Readonly<Partial<Record<NoticeCode, IconName>>> = {
  open_in_wechat: 'phone',
  open_on_computer: 'alert',
  wecom_unsupported: 'phone',
  snapshot_user: 'phone',
  explicit_required: 'phone',
  refused_on_phone: 'cross',
  ticket_expired: 'clock',
  state_expired: 'clock',
  platform_busy: 'clock',
  too_many_requests: 'clock',
  platform_unreachable: 'offline',
  ticket_not_attached: 'renew',
  interrupted: 'renew',
}

/** Only another program or device helps: no address of ours does. */
const ELSEWHERE: readonly NoticeCode[] = ['open_in_wechat', 'open_on_computer', 'wecom_unsupported']
/** What a phone meets after scanning: the new code is on the computer, not behind a button here. */
const ON_THE_PHONE: readonly NoticeCode[] = [
  'ticket_unknown',
  'ticket_expired',
  'ticket_over',
  'ticket_redeemed',
  'scanned_elsewhere',
]

export const texts: Texts<typeof zh> = { zh, en }

/** The notice for `code`, in `language`. A code that is none of ours is an `internal` error. */
export function noticeFor(code: string, language: Language, place: Place): Notice {
  const known = isKnown(code) ? code : 'internal'
  const t = texts[language]
  const inside = isInside(place)
  const own = { ...wordsOf(t.own, known), ...(inside ? wordsOf(t.inWechat, known) : {}) }
  const way = wayOn(known, place)
  return {
    title: own.title ?? t.other,
    text: own.text ?? sentence(known, language),
    icon: SIGNS[known] ?? 'alert',
    way,
    button: way === 'reload' ? t.reload : known === 'explicit_required' ? t.login : inside ? t.again : t.restart,
  }
}

/** Whether the login was begun, or is to begin, on a page that is open inside WeChat: there is no computer to look at. */
function isInside({ path, next }: Place): boolean {
  return next.startsWith('/wechat/login/') || path.startsWith('/wechat/login/')
}

function wayOn(code: NoticeCode, place: Place): WayOn {
  if (ELSEWHERE.includes(code)) return 'none'
  if (ON_THE_PHONE.includes(code) && !isInside(place)) return 'none'
  // A login's end is not undone by asking for its page again, and WeChat's answer is gone from this address.
  if (code in REASON_TEXTS || place.path.startsWith('/wechat/callback/')) return 'next'
  return isError(code) && ERRORS[code].retry === 'again' ? 'reload' : 'next'
}

function wordsOf(own: Own, code: NoticeCode): Own[NoticeCode] {
  return own[code]
}

function sentence(code: NoticeCode, language: Language): string {
  return isError(code) ? ERRORS[code][language] : REASON_TEXTS[code][language]
}

function isKnown(code: string): code is NoticeCode {
  return isError(code) || Object.keys(REASON_TEXTS).includes(code)
}

function isError(code: string): code is ErrorCode {
  return Object.keys(ERRORS).includes(code)
}
