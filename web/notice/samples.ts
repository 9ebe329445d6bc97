// Development only: every notice at `?state=CODE`, as it stands inside WeChat at `?state=wechat-CODE`, without a server. No build
// for production contains this.
import { ERRORS } from '#shared/errors.js'
import { REASONS } from '#shared/ticket.js'

export interface NoticeSample {
  readonly code: string
  readonly next: string
  /** The simulated phone's address. */
  readonly phone: string | null
}

const codes = [...new Set([...Object.keys(ERRORS), ...REASONS])]
const phone = 'http://127.0.0.1:3001/phone'

export const samples: Readonly<Record<string, NoticeSample>> = Object.fromEntries([
  ...codes.map((code) => [code, { code, next: '/', phone: code === 'open_in_wechat' ? phone : null }]),
  ...REASONS.map((code) => [`wechat-${code}`, { code, next: '/wechat/login/mp', phone: null }]),
])
