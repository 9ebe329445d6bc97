// Who is at the other end of a request, read the same way for HTTP and for the socket's upgrade.
import type { IncomingMessage } from 'node:http'
import type { Device } from '#server/core/ports.js'
import { readSecret } from '#server/core/secrets.js'
import { sessionHash } from '#server/core/session/session.js'
import { type CookieNames, readCookie } from './cookies.js'
import { describeDevice } from './device.js'
import { safeReturnTo } from './return-to.js'

/** A request, or as much of one as has to be kept while a socket is open. */
export interface WithCookies {
  readonly headers: {
    readonly cookie?: string | undefined
    readonly authorization?: string | undefined
    readonly origin?: string | undefined
  }
}

export interface Visitors {
  address(req: IncomingMessage): string
  device(req: IncomingMessage): Device
  /** From the cookie, or as `Authorization: Ticket …` from a program that has none (`native`). */
  browserSecret(req: WithCookies): string | null
  /** True for a program that keeps its secrets itself. A page in a browser, which sends an Origin, never is one. */
  native(req: WithCookies): boolean
  phoneSecret(req: WithCookies): string | null
  /** Hash of the session id in the cookie; says nothing about whether such a session lives. */
  sessionHash(req: WithCookies): string | null
  /** Where this browser asked the ticket to lead. Checked again: a cookie is the visitor's to write. */
  returnTo(req: WithCookies, ticketId: string): string
}

export const DEFAULT_RETURN_TO = '/account'

/** The secret in `Authorization: Ticket …`, if no page in a browser says it. */
function ticketSecret({ headers }: WithCookies): string | null {
  const [, given] = /^Ticket ([^\s]+)$/i.exec(headers.authorization ?? '') ?? []
  return headers.origin === undefined ? readSecret(given) : null
}

export function createVisitors(options: {
  cookies: CookieNames
  /** How many proxies of the operator's own stand in front. */
  trustedProxies: number
  returnOrigins: readonly string[]
}): Visitors {
  const { cookies, trustedProxies, returnOrigins } = options
  const cookie = (req: WithCookies, name: string) => readCookie(req.headers.cookie, name)

  const address = (req: IncomingMessage): string => {
    const direct = req.socket.remoteAddress ?? ''
    const forwarded = [req.headers['x-forwarded-for'] ?? []].flat().join(',')
    // Each proxy of ours appends the address it saw: the entry that far from the right is the last one not made up.
    const claimed = trustedProxies > 0 ? forwarded.split(',').at(-trustedProxies)?.trim() : undefined
    return (claimed || direct).replace(/^::ffff:/, '').slice(0, 45)
  }

  return {
    address,
    device: (req) => describeDevice(req.headers['user-agent'], address(req)),
    browserSecret: (req) => ticketSecret(req) ?? readSecret(cookie(req, cookies.browser)),
    native: (req) => ticketSecret(req) !== null,
    phoneSecret: (req) => readSecret(cookie(req, cookies.phone)),
    sessionHash: (req) => {
      const id = readSecret(cookie(req, cookies.session))
      return id === null ? null : sessionHash(id)
    },
    returnTo: (req, ticketId) => {
      const asked = cookie(req, cookies.returnTo(ticketId))
      const decoded = asked === undefined ? null : Buffer.from(asked, 'base64url').toString()
      return (decoded !== null && safeReturnTo(decoded, returnOrigins)) || DEFAULT_RETURN_TO
    },
  }
}
