// What the socket protocol asks of the rules, and what a handshake says of its visitor.
import type { IncomingMessage } from 'node:http'
import type { Edge } from './http/edge.js'
import { mayForget } from './http/kept-returns.js'
import { qrSvg } from './http/qr.js'
import type { Visitors } from './http/visitor.js'
import type { LiveBackend } from './push/live-ports.js'

type Watcher = ReturnType<typeof watcher>

/** What a socket's handshake says, kept instead of the request: its own words, which are read again when they are needed. */
export function watcher(visitors: Visitors, req: IncomingMessage) {
  const { cookie, authorization, origin } = req.headers
  return { headers: { cookie, authorization, origin }, device: visitors.device(req) }
}

export function liveBackend({ login, sessions, store, clock, visitors, cookies }: Edge): LiveBackend<Watcher> {
  return {
    async attach(ticketId, visitor) {
      const watched = await login.attach(
        {
          ticketId,
          secret: visitors.browserSecret(visitor),
          device: visitor.device,
          returnTo: visitors.returnTo(visitor, ticketId),
          mayForget: mayForget(visitor.headers.cookie, cookies, ticketId),
        },
        false,
      )
      if (!watched) return null
      const { ticket, qrContent } = watched
      return { ticket, qr: drawn(qrContent) }
    },
    async views(ids) {
      const views = await login.views(ids)
      return views.map(({ ticket, qrContent }) => ({ ticket, qr: () => drawn(qrContent) }))
    },
    async session(visitor) {
      const claimed = visitors.session(visitor)
      return (claimed && (await sessions.find(claimed)))?.id ?? null
    },
    sessionsAlive: (ids) => store.read.sessions.aliveAmong(ids, clock()),
  }
}

function drawn(content: string | null) {
  return content === null ? null : { content, svg: qrSvg(content) }
}
