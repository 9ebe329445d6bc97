// What the notice page says for each error a visitor may meet, on a phone or on a PC.
import { ERRORS, type ErrorCode } from '#shared/errors.js'
import type { Texts } from '../language.js'
import type { IconName } from '../parts/icons.js'

/** `restart`: back to the login page. `reload`: this page again. `none`: the person does something elsewhere. */
export type WayOn = 'restart' | 'reload' | 'none'

export interface Notice {
  readonly title: string
  readonly text: string
  readonly way: WayOn
  readonly icon: IconName
}

type Own = Readonly<Partial<Record<ErrorCode, { title: string; text?: string }>>>

const SIGNS: Readonly<Partial<Record<ErrorCode, IconName>>> = {
  open_in_wechat: 'phone',
  wecom_unsupported: 'phone',
  ticket_expired: 'clock',
  state_expired: 'clock',
  ticket_not_attached: 'renew',
}

/** What a phone meets after scanning: the new code is on the computer, not behind a button here. */
const ON_THE_PHONE: readonly ErrorCode[] = [
  'open_in_wechat',
  'wecom_unsupported',
  'ticket_unknown',
  'ticket_expired',
  'ticket_over',
  'ticket_redeemed',
  'scanned_elsewhere',
]

const OWN: Texts<Own> = {
  zh: {
    open_in_wechat: { title: '请用微信打开', text: '这是一次微信登录。请打开手机微信，用“扫一扫”扫描电脑上的二维码。' },
    wecom_unsupported: {
      title: '请改用微信',
      text: '企业微信不能用于这个登录。请打开微信，用“扫一扫”扫描同一个二维码。',
    },
    ticket_not_attached: { title: '正在等待电脑', text: '电脑页面还没有准备好，本页会自动重试。' },
    ticket_expired: { title: '二维码已过期', text: '请看电脑屏幕：二维码会自动更新，或点击刷新后重新扫码。' },
    ticket_unknown: { title: '没有这次登录', text: '请在电脑上刷新登录页面，再重新扫码。' },
    ticket_over: { title: '这次登录已经结束', text: '请在电脑上刷新二维码，重新扫码。' },
    ticket_redeemed: { title: '这次登录已经完成', text: '一个二维码只能登录一次。需要再次登录，请重新扫码。' },
    scanned_elsewhere: {
      title: '已被另一部手机扫描',
      text: '一个二维码只认第一部扫描它的手机。如果不是您的手机，请在电脑上换一个二维码。',
    },
    state_invalid: { title: '登录链接无效', text: '这个链接不属于这个浏览器。请重新开始登录。' },
    state_expired: { title: '登录链接已过期', text: '从开始到现在太久了。请重新开始登录。' },
    code_used: { title: '授权已经使用过' },
    login_failed: { title: '登录没有完成', text: '请重新扫码再试一次。' },
    signed_out: { title: '您尚未登录' },
    not_found: { title: '没有这个页面', text: '地址可能写错了，或者页面已经不在了。' },
    busy: { title: '服务繁忙' },
    internal: { title: '出错了' },
  },
  en: {
    open_in_wechat: {
      title: 'Please open this with WeChat',
      text: 'This is a WeChat login. Open WeChat on your phone and scan the code on your computer.',
    },
    wecom_unsupported: {
      title: 'Please use WeChat',
      text: 'WeCom cannot be used for this login. Open WeChat and scan the same code.',
    },
    ticket_not_attached: {
      title: 'Waiting for your computer',
      text: 'The page on your computer is not ready yet. This page tries again by itself.',
    },
    ticket_expired: {
      title: 'This code has expired',
      text: 'Look at your computer: the code renews itself, or after a click. Then scan again.',
    },
    ticket_unknown: { title: 'No such login', text: 'Reload the login page on your computer and scan again.' },
    ticket_over: { title: 'This login is over', text: 'Renew the code on your computer and scan again.' },
    ticket_redeemed: {
      title: 'This login is complete',
      text: 'A code is good for one login. To sign in again, scan a new one.',
    },
    scanned_elsewhere: {
      title: 'Scanned by another phone',
      text: 'A code belongs to the first phone that scans it. If that was not yours, show another code on your computer.',
    },
    state_invalid: {
      title: 'This link is not valid',
      text: 'It does not belong to this browser. Please start the login again.',
    },
    state_expired: { title: 'This link has expired', text: 'It was begun too long ago. Please start the login again.' },
    code_used: { title: 'Already used' },
    login_failed: { title: 'Login not completed', text: 'Please scan again.' },
    signed_out: { title: 'You are not signed in' },
    not_found: { title: 'Nothing here' },
    busy: { title: 'We are busy' },
    internal: { title: 'Something went wrong' },
  },
}

const zh = {
  other: '无法继续',
  restart: '重新开始',
  reload: '重试',
  phone: '用模拟手机打开',
  simulated: '模拟环境中，由模拟手机代替微信。',
}
const en: typeof zh = {
  other: 'This did not work',
  restart: 'Start again',
  reload: 'Try again',
  phone: 'Open with the simulated phone',
  simulated: 'In this simulation, a simulated phone stands in for WeChat.',
}

export const texts: Texts<typeof zh> = { zh, en }

/** The notice for `code`, in `language`. A code that is none of ours is an `internal` error. */
export function noticeFor(code: string, language: keyof typeof OWN): Notice {
  const known = Object.keys(ERRORS).includes(code) ? (code as ErrorCode) : 'internal'
  const own = OWN[language][known]
  return {
    title: own?.title ?? texts[language].other,
    text: own?.text ?? ERRORS[known][language],
    way: wayOn(known),
    icon: SIGNS[known] ?? 'alert',
  }
}

function wayOn(code: ErrorCode): WayOn {
  if (ON_THE_PHONE.includes(code)) return 'none'
  return ERRORS[code].retry === 'again' ? 'reload' : 'restart'
}
