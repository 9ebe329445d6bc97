// How the confirmed page goes back to the site: the code is added to the address, and one of two windows follows it.

import type { QrconnectData } from '../../page-data.js'

/**
 * `redirect_uri` with code and state added as WeChat adds them: at the very end, even behind a fragment. Without a code
 * where the person refused.
 */
export function returnAddress(
  { redirectUri, state }: Pick<QrconnectData, 'redirectUri' | 'state'>,
  code: string | null,
): string {
  const joint = redirectUri.includes('?') ? '&' : '?'
  const brought = code === null ? '' : `code=${encodeURIComponent(code)}&`
  return `${redirectUri}${joint}${brought}state=${encodeURIComponent(state)}`
}

/** Which window goes: the embedding site's, unless the page stands alone or the site asked to keep its own (`true`). */
export function leavingWindow({
  jssdk,
  selfRedirect,
}: Pick<QrconnectData, 'jssdk' | 'selfRedirect'>): '_self' | '_top' {
  return jssdk && selfRedirect !== 'true' ? '_top' : '_self'
}

/** Leaves. A browser may forbid moving the top window: then nothing happens, and the page's link is there for a click. */
export function leave(address: string, target: '_self' | '_top'): void {
  if (!/^https?:\/\//i.test(address)) return
  const leaving = target === '_top' ? (window.top ?? window) : window
  try {
    leaving.location.href = address
  } catch {
    // The sandbox of the iframe said no.
  }
}
