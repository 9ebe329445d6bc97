// The words of the account page.
import type { Method } from '#shared/ticket.js'
import type { Texts } from '../language.js'

const zh = {
  title: '我的账号',
  loading: '正在读取…',
  signedInAs: '当前账号',
  unnamed: '微信用户',
  id: '账号编号',
  since: '注册于',
  device: '本次登录的设备',
  place: '位置',
  method: '登录方式',
  from: '登录于',
  until: '有效期至',
  methods: {
    website: '微信扫码',
    relay: '安全核对',
    official: '公众号内登录',
    sdk: '应用扫码',
    scene: '公众号扫码',
  } satisfies Record<Method, string> as Record<Method, string>,
  logOut: '退出登录',
  loggingOut: '正在退出…',
  endedTitle: '登录已结束',
  endedText: '这个浏览器的登录已被结束，正在返回登录页。',
  toLogin: '返回登录页',
  unreachableTitle: '暂时打不开',
  retry: '重试',
}

const en: typeof zh = {
  title: 'My account',
  loading: 'Opening…',
  signedInAs: 'Signed in as',
  unnamed: 'WeChat user',
  id: 'Account',
  since: 'Since',
  device: 'This device',
  place: 'Place',
  method: 'Signed in by',
  from: 'Signed in',
  until: 'Valid until',
  methods: {
    website: 'WeChat code',
    relay: 'Verified scan',
    official: 'Official Account',
    sdk: 'App scan',
    scene: 'Follow & scan',
  },
  logOut: 'Log out',
  loggingOut: 'Logging out…',
  endedTitle: 'You have been logged out',
  endedText: 'The session of this browser was ended. Taking you back to the login page.',
  toLogin: 'Back to login',
  unreachableTitle: 'This page cannot be opened just now',
  retry: 'Try again',
}

export const texts: Texts<typeof zh> = { zh, en }
export type AccountTexts = typeof zh
