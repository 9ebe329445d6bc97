// A page that waits for its ticket, with the real page's own watching, line and back-off, over sockets of Node.
import { WebSocket } from 'ws'
import { LIVE_PATH, LIVE_PROTOCOL, ServerMessage } from '#shared/live.js'
import type { TicketBegun, TicketRead, TicketStatus } from '#shared/ticket.js'
import type { Answer } from '../../web/http.js'
import { watchTask } from '../../web/login/watch.js'
import type { OpenSocket, Timers } from '../../web/world.js'
import { type Browser, createBrowser, type Site } from '../world/browser.js'
import { CHROME, newAttempt } from '../world/pc.js'

export interface WaitingPage {
  readonly begun: TicketBegun
  /** For its redeem. */
  readonly attempt: string
  readonly browser: Browser
  /** When a socket of its own told it of its ticket first, each time. */
  readonly attachedAt: readonly number[]
  /** When it opened each of those sockets. */
  readonly cameAt: readonly number[]
  /** When it asked for its ticket over HTTP, each time that it was answered. */
  readonly readAt: readonly number[]
  /** What it knew first of each status, when. */
  readonly seenAt: ReadonlyMap<TicketStatus, number>
  leave(): void
}

const timers: Timers = {
  after(ms, job) {
    const timer = setTimeout(job, ms)
    return () => clearTimeout(timer)
  },
  now: () => performance.now(),
  random: Math.random,
}

/** Begins a ticket and waits for it. @param address that the proxy in front would tell of */
export async function openWaitingPage(site: Site, method: 'website' | 'relay', address: string): Promise<WaitingPage> {
  const headers = { 'x-forwarded-for': address }
  const browser = createBrowser(site, { ...headers, 'user-agent': CHROME })
  const answer = await browser.post('/api/tickets', { method })
  if (answer.status !== 201) throw new Error(`no ticket: ${answer.status} ${answer.text}`)
  return watchAs(site, browser, answer.json<TicketBegun>(), headers)
}

/** Waits for a ticket that this browser has begun. @param headers of its own that each socket's handshake carries */
export function watchAs(
  site: Site,
  browser: Browser,
  begun: TicketBegun,
  headers: Record<string, string> = {},
  seen: (status: TicketStatus) => void = () => {},
): WaitingPage {
  const attachedAt: number[] = []
  const cameAt: number[] = []
  const readAt: number[] = []
  const seenAt = new Map<TicketStatus, number>()
  const { ticket, qr, matchNumber } = begun
  const attempt = newAttempt()
  const now = timers.now()
  const deadline = now + ticket.expiresAt - ticket.serverTime

  const leave = watchTask(
    {
      timers,
      // Nobody comes back to these pages, and their network is always there.
      onWake: () => () => {},
      openSocket: socketsOf(
        site,
        () => ({ ...headers, cookie: browser.cookieHeader() }),
        (dialledAt) => {
          attachedAt.push(timers.now())
          cameAt.push(dialledAt)
        },
      ),
      api: {
        async read(id, signal): Promise<Answer<TicketRead>> {
          try {
            const read = await browser.get(`/api/tickets/${id}`, { signal })
            if (read.status !== 200) return { ok: false, code: read.code === 'ticket_unknown' ? read.code : 'network' }
            readAt.push(timers.now())
            return { ok: true, value: read.json<TicketRead>() }
          } catch {
            return { ok: false, code: 'network' }
          }
        },
      },
    },
    { ticket, qr, matchNumber, attempt, embedUrl: null, redirectUrl: null, deadline, span: deadline - now },
    (event) => {
      if (event.type !== 'seen') return
      const { status } = event.ticket
      if (!seenAt.has(status)) seenAt.set(status, event.now)
      seen(status)
    },
  )
  return { begun, attempt, browser, attachedAt, cameAt, readAt, seenAt, leave }
}

function socketsOf(site: Site, headers: () => Record<string, string>, told: (dialledAt: number) => void): OpenSocket {
  return (on) => {
    const url = site.connectTo.replace(/^http/, 'ws') + LIVE_PATH
    const ws = new WebSocket(url, LIVE_PROTOCOL, {
      headers: { origin: site.publicUrl, ...headers() },
      perMessageDeflate: false,
    })
    const dialledAt = timers.now()
    let silent = false
    let attached = false
    ws.on('open', on.opened)
    ws.on('message', (data) => {
      if (!attached) told(dialledAt)
      attached = true
      if (!silent) on.heard(ServerMessage.parse(JSON.parse(String(data))))
    })
    // What went wrong is told by the end that follows.
    ws.on('error', () => {})
    ws.on('close', (code) => {
      if (!silent) on.ended(code)
    })
    return {
      send: (message) => ws.send(JSON.stringify(message)),
      close() {
        silent = true
        ws.close()
      },
    }
  }
}
