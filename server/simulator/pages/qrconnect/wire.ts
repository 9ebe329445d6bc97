// The two requests of the PC page: the long poll, and a new code.

import { isSameServer, localPart } from '../parts/same-server.js'
import type { WatchDeps } from './watch.js'

/** Longer than the server holds a poll, even with a fault that makes it hang. */
const POLL_TIMEOUT_MS = 90_000
const RENEW_TIMEOUT_MS = 15_000

interface WireDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly now: () => number
  /** The page's own address. */
  readonly here: string
  readonly pollUrl: string
  readonly renewUrl: string
}

export function createWire({ fetch, now, here, pollUrl, renewUrl }: WireDeps): Pick<WatchDeps, 'ask' | 'renew'> {
  async function read(url: string, timeoutMs: number): Promise<Response> {
    const response = await fetch(reach(url, here), { cache: 'no-store', signal: AbortSignal.timeout(timeoutMs) })
    if (!response.ok) throw new Error(`answered ${response.status}`)
    return response
  }

  return {
    async ask(uuid, last) {
      const query = `?uuid=${encodeURIComponent(uuid)}&f=json${last === null ? '' : `&last=${last}`}&_=${now()}`
      const body: unknown = await (await read(pollUrl + query, POLL_TIMEOUT_MS)).json()
      return readAnswer(body)
    },
    async renew() {
      const xml = await (await read(`${renewUrl}&_=${now()}`, RENEW_TIMEOUT_MS)).text()
      const uuid = /<uuid>\s*(?:<!\[CDATA\[)?\s*([\w-]+)/.exec(xml)?.[1]
      if (uuid === undefined) throw new Error('no uuid in the answer')
      return uuid
    },
  }
}

/** `{ wx_errcode, wx_code? }` as WeChat sends it. Throws at anything else. */
export function readAnswer(body: unknown): { errcode: number; code: string } {
  if (typeof body !== 'object' || body === null || !('wx_errcode' in body)) throw new Error('not an answer')
  const code = 'wx_code' in body && typeof body.wx_code === 'string' ? body.wx_code : ''
  return { errcode: Number(body.wx_errcode), code }
}

/** The page may ask its own origin only, whatever spelling of it the server has written down. */
function reach(url: string, here: string): string {
  const target = new URL(url, here)
  return isSameServer(target, new URL(here)) ? localPart(target) : target.href
}
