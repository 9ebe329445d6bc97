// The waiting page's half of a login, spoken over HTTP and the socket as the real page does.
import { randomBytes } from 'node:crypto'
import type { Redeemed, SignedIn } from '#shared/api.js'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { type Answer, type Browser, createBrowser, type Site } from './browser.js'
import type { WebsiteScan } from './simulator.js'
import { type LiveClient, openSocket } from './socket.js'

export const CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36'

export interface Pc {
  readonly browser: Browser
  /** @throws when the ticket is not made */
  begin(method: 'website' | 'relay', more?: Record<string, unknown>): Promise<TicketBegun>
  /** Reads the ticket, which also attaches this page to it. */
  read(id: string): Promise<Answer>
  ticket(id: string): Promise<TicketRead>
  /** Opens a socket and watches the ticket; its first message is still to be taken. */
  watch(id: string): Promise<LiveClient>
  socket(headers?: Record<string, string>): Promise<LiveClient>
  cancel(id: string): Promise<Answer>
  redeem(id: string, attempt?: string): Promise<Answer>
  /** @throws when the redeem is refused */
  signIn(id: string, attempt?: string): Promise<Redeemed>
  /** WeChat's return in the whole window: the cookie is there. */
  arrive(scan: WebsiteScan): Promise<Answer>
  /** WeChat's return inside its frame: no cookie, an inert page, whose script posts from our own origin. */
  arriveInFrame(scan: WebsiteScan): Promise<{ page: Answer; posted: Answer }>
  session(): Promise<Answer>
  /** @throws when nobody is signed in */
  me(): Promise<SignedIn>
  logout(): Promise<Answer>
}

/** A fresh redeem attempt, as the page makes them. */
export const newAttempt = (): string => randomBytes(24).toString('base64url')

/** A PC's browser with an empty jar. */
export function createPc(site: Site): Pc {
  const browser = createBrowser(site, { 'user-agent': CHROME, 'accept-language': 'zh-CN,zh;q=0.9' })
  const ok = (answer: Answer, status: number): Answer => {
    if (answer.status !== status)
      throw new Error(`expected ${status}, got ${answer.status}: ${answer.text.slice(0, 300)}`)
    return answer
  }
  const read = (id: string) => browser.get(`/api/tickets/${id}`)
  const redeem = (id: string, attempt = newAttempt()) => browser.post(`/api/tickets/${id}/redeem`, { attempt })
  const socket = (headers?: Record<string, string>) => openSocket(site, browser.cookieHeader(), headers)
  const session = () => browser.get('/api/session')
  return {
    browser,
    begin: async (method, more = {}) => ok(await browser.post('/api/tickets', { method, ...more }), 201).json(),
    read,
    ticket: async (id) => ok(await read(id), 200).json(),
    async watch(id) {
      const live = await socket()
      live.send({ type: 'watch', ticket: id })
      return live
    },
    socket,
    cancel: (id) => browser.delete(`/api/tickets/${id}`),
    redeem,
    signIn: async (id, attempt) => ok(await redeem(id, attempt), 200).json(),
    arrive: ({ callback }) => browser.get(callback),
    async arriveInFrame({ callback, code, state }) {
      const page = await browser.get(callback, { cookies: false })
      const posted = await browser.post(new URL(callback).pathname, { code, state })
      return { page, posted }
    },
    session,
    me: async () => ok(await session(), 200).json(),
    logout: () => browser.delete('/api/session'),
  }
}
