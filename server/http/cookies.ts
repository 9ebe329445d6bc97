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
}

/** `__Host-` names over https: a sibling host can then neither set nor shadow them. */
export function cookieNames(secure: boolean): CookieNames {
  const prefix = secure ? '__Host-saoma-' : 'saoma-'
  return {
    browser: `${prefix}browser`,
    phone: `${prefix}phone`,
    session: `${prefix}session`,
    returnTo: (ticketId) => `${prefix}return-${ticketId.slice(-8)}`,
  }
}

/** The value of the first cookie of this name in a Cookie header, or undefined. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

/** Sets a cookie that scripts cannot read and other sites' requests do not carry (Lax: WeChat's return must carry it). */
export function setCookie(ctx: Context, name: string, value: string, options: { secure: boolean; maxAgeMs: number }) {
  // Behind a TLS proxy the connection itself is plain; whether cookies are Secure follows PUBLIC_URL alone.
  ctx.cookies.secure = options.secure
  ctx.cookies.set(name, value, {
    httpOnly: true,
    sameSite: 'lax',
    secure: options.secure,
    path: '/',
    maxAge: options.maxAgeMs,
    signed: false,
    overwrite: true,
  })
}
