// Who is at the other end of a request, read the same way for HTTP and for the socket's upgrade.
import type { IncomingMessage } from 'node:http'
import type { Device, PlaceOf } from '#server/core/ports.js'
import { readSecret } from '#server/core/secrets.js'
import { sessionHash } from '#server/core/session/session.js'
import type { ClaimedSession } from '#server/core/session/use.js'
import { type CookieNames, readCookie } from './cookies.js'
import { describeDevice } from './device.js'
import { readAddress } from './limits/network.js'
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
  /** True for a program that says its ticket's secret itself. A page in a browser, which sends an Origin, never is one. */
  native(req: WithCookies): boolean
  /** True for a program that says who it is, by ticket or by token. */
  program(req: WithCookies): boolean
  phoneSecret(req: WithCookies): string | null
  /** The session that is claimed: by a bearer token alone if the program sends one, else by cookie. Null when none is. */
  session(req: WithCookies): ClaimedSession | null
  /** Hash of its id; says nothing about whether such a session lives. */
  sessionHash(req: WithCookies): string | null
  /** Where this browser asked the ticket to lead. Checked again: a cookie is the visitor's to write. */
  returnTo(req: WithCookies, ticketId: string): string
}

export const DEFAULT_RETURN_TO = '/account'

type Scheme = 'ticket' | 'bearer'

/** What a program says in `Authorization: Ticket …` or `Bearer …`; null for a page in a browser, whatever it says. */
function authorization({ headers }: WithCookies): { scheme: Scheme; secret: string | null } | null {
  if (headers.origin !== undefined) return null
  const [, scheme, secret] = /^(ticket|bearer)(?: +(.*))?$/i.exec(headers.authorization ?? '') ?? []
  if (scheme === undefined) return null
  return { scheme: scheme.toLowerCase() === 'ticket' ? 'ticket' : 'bearer', secret: readSecret(secret) }
}

/** Not asked for without need: the socket keeps the answer for as long as it lives. */
function directAddress({ socket }: IncomingMessage): string {
  const direct = socket.remoteAddress ?? ''
  return readAddress(direct) ?? direct
}

export function createVisitors(options: {
  cookies: CookieNames
  /** How many proxies of the operator's own stand in front. */
  trustedProxies: number
  returnOrigins: readonly string[]
  /** Where an address is; without it no place is known. */
  placeOf?: PlaceOf
}): Visitors {
  const { placeOf = () => null, cookies, trustedProxies, returnOrigins } = options
  const cookie = (req: WithCookies, name: string) => readCookie(req.headers.cookie, name)

  const address = (req: IncomingMessage): string => {
    if (trustedProxies === 0) return directAddress(req)
    // Several such headers are one: Node joins them.
    const forwarded = String(req.headers['x-forwarded-for'] ?? '')
    // Each proxy of ours appends the address it saw: the entry that far from the right is the last one not made up.
    const claimed = forwarded.split(',').at(-trustedProxies)?.trim()
    return readAddress(claimed ?? '') ?? directAddress(req)
  }

  /** What is said counts instead of a cookie, even when it is no secret. */
  const said = (scheme: Scheme, req: WithCookies): { secret: string | null } | null => {
    const given = authorization(req)
    return given?.scheme === scheme ? given : null
  }

  const session = (req: WithCookies): ClaimedSession | null => {
    const bearer = said('bearer', req)
    const id = bearer ? bearer.secret : readSecret(cookie(req, cookies.session))
    return id === null ? null : { sessionId: id, hash: sessionHash(id), kind: bearer ? 'bearer' : 'browser' }
  }

  return {
    address,
    device(req) {
      const from = address(req)
      return { ...describeDevice(req.headers['user-agent'], from), place: placeOf(from) }
    },
    browserSecret(req) {
      const ticket = said('ticket', req)
      return ticket ? ticket.secret : readSecret(cookie(req, cookies.browser))
    },
    native: (req) => said('ticket', req) !== null,
    program: (req) => (authorization(req)?.secret ?? null) !== null,
    phoneSecret: (req) => readSecret(cookie(req, cookies.phone)),
    session,
    sessionHash: (req) => session(req)?.hash ?? null,
    returnTo: (req, ticketId) => {
      const asked = cookie(req, cookies.returnTo(ticketId))
      const decoded = asked === undefined ? null : Buffer.from(asked, 'base64url').toString()
      return (decoded !== null && safeReturnTo(decoded, returnOrigins)) || DEFAULT_RETURN_TO
    },
  }
}
