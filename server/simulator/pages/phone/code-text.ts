// What a scanned text means to the phone: a page to open, or nothing.

import { isSameServer, localPart } from '../parts/same-server.js'

export type Reading =
  | { readonly kind: 'page'; readonly address: string }
  /** No login code of this simulator or of its sites. */
  | { readonly kind: 'foreign'; readonly text: string }

export interface Surroundings {
  /** The phone's own address. */
  readonly here: string
  readonly siteOrigins: readonly string[]
}

/**
 * The simulator's own pages under /connect/ and its codes under /q/ are opened on the origin the phone is on, whatever spelling the code has;
 * a site's page is told by `wechat=simulated` that WeChat's browser is calling.
 */
export function readCode(text: string, { here, siteOrigins }: Surroundings): Reading {
  const trimmed = text.trim()
  if (!URL.canParse(trimmed)) return { kind: 'foreign', text: trimmed }
  const url = new URL(trimmed)
  if (isSameServer(url, new URL(here)) && /^\/(connect|q)\//.test(url.pathname)) {
    return { kind: 'page', address: localPart(url) }
  }
  // A blob: address has the origin of its maker too.
  if (/^https?:$/.test(url.protocol) && siteOrigins.includes(url.origin)) {
    return { kind: 'page', address: asWechat(url) }
  }
  return { kind: 'foreign', text: trimmed }
}

function asWechat(url: URL): string {
  if (url.searchParams.get('wechat') !== 'simulated') {
    url.search += `${url.search === '' ? '?' : '&'}wechat=simulated`
  }
  return url.href
}
