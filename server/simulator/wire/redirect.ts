// Where a browser may be sent back to, and with what.
import type { App } from '../state/apps.js'
import { PageError } from './page-errors.js'

/**
 * Checks a `redirect_uri` against the app's callback domains: the host must be exactly one of them. Ports are not
 * compared, because sites under development have one. @throws PageError
 */
export function checkRedirect(app: App, redirectUri: string | null, defaultDomains: readonly string[]): string {
  if (!redirectUri) throw new PageError('10011')
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : null
  const domains = app.callbackDomains ?? defaultDomains
  if (!url || !/^https?:$/.test(url.protocol) || !domains.includes(url.hostname)) throw new PageError('10003')
  return redirectUri
}

/** `redirectUri` with these parameters appended in this order, before a fragment if it has one. */
export function callbackUrl(redirectUri: string, params: Readonly<Record<string, string>>): string {
  const [address = '', ...fragment] = redirectUri.split('#')
  const separator = address.includes('?') ? '&' : '?'
  const query = Object.entries(params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return [`${address}${separator}${query.join('&')}`, ...fragment].join('#')
}
