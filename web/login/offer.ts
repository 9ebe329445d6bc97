// What is offered to which browser: a computer shows codes, a phone saves them, and WeChat's own browser needs none.
import type { SiteConfig } from '#shared/api.js'
import type { Method } from '#shared/ticket.js'
import type { Asked } from './ports.js'

/** `official` begins inside WeChat and `sdk` in a program of the operator's: neither has a code on this page. */
const ON_A_PC: readonly Method[] = ['website', 'relay', 'scene']
/** A picture that was saved can be read out of WeChat's album. The best way first. */
const ON_A_PHONE: readonly Method[] = ['relay', 'scene']

/** Those of a site's methods that this browser can begin, the default one first. */
export function offered(methods: readonly Method[], onPhone: boolean): readonly Method[] {
  const onPc = methods.filter((method) => ON_A_PC.includes(method))
  if (!onPhone) return onPc
  const ours = ON_A_PHONE.filter((method) => methods.includes(method))
  // WeChat's own code is for another phone's camera: the last resort.
  return ours.length > 0 || methods.includes('official') ? ours : onPc
}

/** Whether a User-Agent is that of a phone's own browser. WeChat's browsers and tablets are none. */
export function isPhone(userAgent: string): boolean {
  return /iPhone|iPod|(Android|OpenHarmony).*Mobile/i.test(userAgent) && !/MicroMessenger|wxwork/i.test(userAgent)
}

/** The address that signs this phone's visitor in once it is opened inside WeChat; null where there is no such way. */
export function wechatLink({ methods, publicUrl }: SiteConfig, { onPhone, returnTo }: Asked): string | null {
  if (!onPhone || !methods.includes('official')) return null
  return `${publicUrl}/login${returnTo === null ? '' : `?returnTo=${encodeURIComponent(returnTo)}`}`
}
