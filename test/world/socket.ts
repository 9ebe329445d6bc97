// A page's socket that misses nothing: what arrived while nobody looked is kept in order.
import { WebSocket } from 'ws'
import { LIVE_PATH, LIVE_PROTOCOL, type ServerMessage } from '#shared/live.js'
import type { Ticket, TicketStatus } from '#shared/ticket.js'
import type { Site } from './browser.js'

export interface LiveClient {
  /** Everything received, as text, in order. */
  readonly received: readonly string[]
  send(message: unknown): void
  /** Sends the bytes as they are. */
  raw(data: string | Buffer): void
  /** The next message that nobody has taken yet. @throws when none comes in time, or the socket closes before */
  next(withinMs?: number): Promise<ServerMessage>
  /** Takes messages until the ticket has this status. */
  until(status: TicketStatus, withinMs?: number): Promise<Ticket>
  /** How the socket was closed; 1006 when it broke. */
  readonly closed: Promise<{ code: number; reason: string }>
  close(): void
}

/** HTTP status with which the upgrade was refused. */
export class UpgradeRefused extends Error {
  readonly status: number

  constructor(status: number) {
    super(`the upgrade was answered ${status}`)
    this.status = status
  }
}

/** Opens a socket as a page of ours would. @throws UpgradeRefused */
export async function openSocket(
  { publicUrl, connectTo }: Site,
  cookie: string,
  headers: Record<string, string> = {},
): Promise<LiveClient> {
  const url = connectTo.replace(/^http/, 'ws') + LIVE_PATH
  const own = { origin: publicUrl, ...(cookie === '' ? {} : { cookie }), ...headers }
  // An empty one is left out, as by a program that is no browser.
  const sent = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ''))
  const ws = new WebSocket(url, LIVE_PROTOCOL, { headers: sent, perMessageDeflate: false })
  const received: string[] = []
  let taken = 0
  let wake = () => {}
  let ended: { code: number; reason: string } | null = null
  ws.on('message', (data) => {
    received.push(String(data))
    wake()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => {
      ended = { code, reason: String(reason) }
      wake()
      resolve(ended)
    })
  })
  await new Promise<void>((resolve, reject) => {
    ws.on('open', resolve)
    ws.on('error', reject)
    ws.on('unexpected-response', (_request, response) => {
      response.resume()
      reject(new UpgradeRefused(response.statusCode ?? 0))
    })
  })

  async function next(withinMs = 5_000): Promise<ServerMessage> {
    const deadline = Date.now() + withinMs
    for (;;) {
      const text = received[taken]
      if (text !== undefined) {
        taken += 1
        return JSON.parse(text)
      }
      if (ended) throw new Error(`the socket closed with ${ended.code} ${ended.reason}`)
      const left = deadline - Date.now()
      if (left <= 0) throw new Error(`nothing more in ${withinMs} ms after ${received.join(' ')}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  return {
    received,
    send: (message) => ws.send(JSON.stringify(message)),
    raw: (data) => ws.send(data),
    next,
    async until(status, withinMs) {
      for (;;) {
        const message = await next(withinMs)
        if (message.type === 'ticket' && message.ticket.status === status) return message.ticket
      }
    },
    closed,
    close: () => ws.close(),
  }
}
