// Where the links of a chat and the items of its menu lead: to the site, by way of the simulator, which notes that
// they were opened from this account.

import { readCode, type Surroundings } from '../phone/code-text.js'

/** The way to a link of a message; null for what this phone does not open. */
export function linkFrom(account: string, href: string, around: Surroundings): string | null {
  const reading = readCode(href, around)
  if (reading.kind === 'foreign') return null
  return reading.address.startsWith('/') ? reading.address : opened(account, reading.address)
}

/** The menu's two items; null when no site is known. */
export function menuOf(
  account: string,
  around: Surroundings,
): { readonly login: string; readonly site: string } | null {
  const site = around.siteOrigins[0]
  if (site === undefined) return null
  const login = linkFrom(account, `${site}/wechat/login/${encodeURIComponent(account)}`, around)
  const front = linkFrom(account, `${site}/login`, around)
  return login === null || front === null ? null : { login, site: front }
}

function opened(account: string, address: string): string {
  return `/phone/account/${encodeURIComponent(account)}/open?to=${encodeURIComponent(address)}`
}
