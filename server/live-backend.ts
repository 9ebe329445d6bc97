// What the socket protocol asks of the rules, and what a handshake says of its visitor.
import type { IncomingMessage } from 'node:http'
import type { Edge } from './http/edge.js'
import { qrSvg } from './http/qr.js'
import type { Visitors } from './http/visitor.js'
import type { LiveBackend } from './push/live-ports.js'

type Watcher = ReturnType<typeof watcher>

/** What a socket's handshake says, kept instead of the request. */
export function watcher(visitors: Visitors, req: IncomingMessage) {
  const { cookie, authorization, origin } = req.headers
  const kept = { headers: { cookie, authorization, origin } }
  return {
    secret: visitors.browserSecret(req),
    claimed: visitors.session(req),
    device: visitors.device(req),
    returnTo: (ticketId: string) => visitors.returnTo(kept, ticketId),
  }
}

export function liveBackend({ login, sessions, store, clock }: Edge): LiveBackend<Watcher> {
  return {
    async attach(ticketId, { secret, device, returnTo }) {
      const watched = await login.attach({ ticketId, secret, device, returnTo: returnTo(ticketId) }, false)
      if (!watched) return null
      const { ticket, qrContent } = watched
      return { ticket, qr: drawn(qrContent) }
    },
    async views(ids) {
      const views = await login.views(ids)
      return views.map(({ ticket, qrContent }) => ({ ticket, qr: () => drawn(qrContent) }))
    },
    session: async ({ claimed }) => (claimed && (await sessions.find(claimed)))?.id ?? null,
    sessionsAlive: (ids) => store.read.sessions.aliveAmong(ids, clock()),
  }
}

function drawn(content: string | null) {
  return content === null ? null : { content, svg: qrSvg(content) }
}
