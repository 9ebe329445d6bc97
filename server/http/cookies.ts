// The cookies of this service: what each is called, how it is set, and how it is read from a request's header, which
// also serves the socket's upgrade. None is signed: each holds 256 random bits that are compared by hash.
import type { Context } from 'koa'

export interface CookieNames {
  /** The secret that binds tickets to the browser that began them. */
  readonly browser: string
  /** The secret that binds a scanned ticket to the phone that scanned it. */
  readonly phone: string
  readonly session: string
  /** Where a ticket leads after login, until the ticket has a row: one short-lived cookie a ticket. */
  readonly returnTo: (ticketId: string) => string
  /** What the names of all `returnTo` cookies begin with. */
  readonly returnToPrefix: string
}

/** The browser's secret outlives every ticket it may still redeem. */
export const BROWSER_COOKIE_MS = 7 * 24 * 3_600_000

/** `__Host-` names over https: a sibling host can then neither set nor shadow them. */
export function cookieNames(secure: boolean): CookieNames {
  const prefix = secure ? '__Host-saoma-' : 'saoma-'
  return {
    browser: `${prefix}browser`,
    phone: `${prefix}phone`,
    session: `${prefix}session`,
    returnTo: (ticketId) => `${prefix}return-${ticketId.slice(-8)}`,
    returnToPrefix: `${prefix}return-`,
  }
}

/**
 * The value of the cookie of this name in a Cookie header, or undefined when there is none, or more than one: then a
 * sibling host has put its own beside ours. Only space and tab are no part of a name: a no-break space makes another
 * name, one without the protection of `__Host-`.
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  // Most requests lack most cookies.
  if (!header?.includes(name)) return undefined
  const found = cookiePairs(header).filter(([key]) => key === name)
  return found.length === 1 ? found[0]?.[1] : undefined
}

/** Names and values of a Cookie header, in its order. */
export function cookiePairs(header: string | undefined): [name: string, value: string][] {
  const pairs: [name: string, value: string][] = []
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at > 0) pairs.push([bare(pair, 0, at), bare(pair, at + 1, pair.length)])
  }
  return pairs
}

/** That part of the text without the space and tab around it. */
function bare(text: string, from: number, to: number): string {
  while (from < to && isBlank(text, from)) from += 1
  while (from < to && isBlank(text, to - 1)) to -= 1
  return text.slice(from, to)
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x09
}

/**
 * Sets a cookie that scripts cannot read and other sites' requests do not carry (Lax: WeChat's return must carry it), in
 * place of one of this name in the same answer. Whether it is Secure follows PUBLIC_URL alone: behind a TLS proxy the
 * connection itself is plain. An empty value takes the cookie away.
 */
export function setCookie(
  { res }: Pick<Context, 'res'>,
  name: string,
  value: string,
  { secure, maxAgeMs, path = '/' }: { secure: boolean; maxAgeMs: number; path?: string },
) {
  const expires = new Date(value === '' ? 0 : Date.now() + maxAgeMs).toUTCString()
  const cookie = `${name}=${value}; path=${path}; expires=${expires}; samesite=lax${secure ? '; secure' : ''}; httponly`
  const set = [res.getHeader('set-cookie') ?? []].flat().map(String)
  res.setHeader('set-cookie', [...set.filter((other) => !other.startsWith(`${name}=`)), cookie])
}

/** Takes a cookie away. */
export function dropCookie(ctx: Pick<Context, 'res'>, name: string, options: { secure: boolean }) {
  setCookie(ctx, name, '', { ...options, maxAgeMs: 0 })
}
