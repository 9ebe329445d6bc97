// A real server with the real binding over a fake truth that tests move by hand, and clients that miss nothing.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net'
import { WebSocket } from 'ws'
import { createLive, type LIVE_TIMING } from '#server/push/live.js'
import type { LiveBackend } from '#server/push/live-ports.js'
import { createLocalBus } from '#server/push/local-bus.js'
import { type Schedule, systemSchedule } from '#server/push/schedule.js'
import { type AttachOptions, attachLive } from '#server/push/ws-binding.js'
import { LIVE_PATH, LIVE_PROTOCOL, type ServerMessage } from '#shared/live.js'
import type { Qr, Ticket } from '#shared/ticket.js'

export const ORIGIN = 'https://id.example.cn'
export const SILENT = { info() {}, warn() {}, error() {} }

export function ticketOf(id: string, patch: Partial<Ticket> = {}): Ticket {
  return {
    id,
    method: 'relay',
    status: 'pending',
    version: 1,
    expiresAt: Date.now() + 90_000,
    serverTime: Date.now(),
    scannedBy: null,
    reason: null,
    ...patch,
  }
}

/** Tickets and sessions by id with their owner's name; counts what it is asked and fails when told to. */
export function createTruth() {
  const tickets = new Map<string, { owner: string; ticket: Ticket; qr: Qr | null }>()
  const sessions = new Map<string, string>()
  const asked = { attach: [] as string[], views: [] as string[][], session: 0, sessionsAlive: [] as string[][] }
  const truth = {
    tickets,
    /** Owner by session id. */
    sessions,
    asked,
    failing: false,
    /** Awaited at the end of each attach, after its answer has been read. */
    attachGate: Promise.resolve(),
    put(owner: string, ticket: Ticket, qr: Qr | null = null): Ticket {
      tickets.set(ticket.id, { owner, ticket, qr })
      return ticket
    },
    /** Changes the ticket as a commit would, telling nobody. */
    move(id: string, patch: Partial<Ticket>): Ticket {
      const entry = tickets.get(id)
      if (entry === undefined) throw new Error(`no ticket ${id}`)
      entry.ticket = { ...entry.ticket, version: entry.ticket.version + 1, ...patch }
      return entry.ticket
    },
  }
  const backend: LiveBackend<string> = {
    async attach(id, visitor) {
      asked.attach.push(id)
      if (truth.failing) throw new Error('the store is away')
      const entry = tickets.get(id)
      const answer = entry?.owner === visitor ? { ticket: entry.ticket, qr: entry.qr } : null
      await truth.attachGate
      return answer
    },
    async views(ids) {
      asked.views.push([...ids])
      if (truth.failing) throw new Error('the store is away')
      return ids.flatMap((id) => {
        const ticket = tickets.get(id)?.ticket
        return ticket === undefined ? [] : [{ ticket, qr: () => null }]
      })
    },
    async session(visitor) {
      asked.session += 1
      if (truth.failing) throw new Error('the store is away')
      return [...sessions].find(([, owner]) => owner === visitor)?.[0] ?? null
    },
    async sessionsAlive(ids) {
      asked.sessionsAlive.push([...ids])
      if (truth.failing) throw new Error('the store is away')
      return ids.filter((id) => sessions.has(id))
    },
  }
  return { truth, backend }
}

interface WorldOptions extends Partial<Pick<AttachOptions<string>, 'capacity' | 'heartbeat' | 'refusalHeaders'>> {
  /** Node's own limit. */
  maxHeadersCount?: number
  timing?: Partial<typeof LIVE_TIMING>
}

/** Timings are long unless a test shortens them, so that only what it is about can happen. */
export async function createWorld(options: WorldOptions = {}) {
  const { truth, backend } = createTruth()
  const bus = createLocalBus(SILENT)
  const live = createLive({
    backend,
    bus,
    clock: Date.now,
    schedule: systemSchedule,
    random: () => 0.5,
    log: SILENT,
    timing: { watchWithin: 60_000, lingerAfterEnd: 60_000, safetyNet: 60_000, ...options.timing },
  })
  const heartTimers = new Set<object>()
  const heartSchedule: Schedule = {
    ...systemSchedule,
    after(ms, work) {
      const timer = {}
      heartTimers.add(timer)
      const cancel = systemSchedule.after(ms, () => {
        heartTimers.delete(timer)
        work()
      })
      return () => {
        heartTimers.delete(timer)
        cancel()
      }
    },
  }
  const server = createServer((_req, res) => res.end('http'))
  if (options.maxHeadersCount !== undefined) server.maxHeadersCount = options.maxHeadersCount
  const attached = attachLive({
    server,
    path: LIVE_PATH,
    live,
    schedule: heartSchedule,
    visitor: (req) => decodeURIComponent(String(req.headers['x-visitor'] ?? '')),
    originAllowed: (origin) => origin === ORIGIN,
    addressOf: (req) => String(req.headers['x-address'] ?? req.socket.remoteAddress),
    ...(options.capacity && { capacity: options.capacity }),
    ...(options.heartbeat && { heartbeat: options.heartbeat }),
    ...(options.refusalHeaders && { refusalHeaders: options.refusalHeaders }),
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    truth,
    bus,
    live,
    attached,
    port,
    /** Timers of the binding that have not fired yet. */
    heartTimers,
    client: (visitor = 'ann', headers: Record<string, string> = {}) => createClient(port, visitor, headers),
    /** Publishes what a commit publishes. */
    hint: (ticket: Ticket) => bus.publish({ topic: 'ticket', id: ticket.id, version: ticket.version }),
    async close() {
      await attached.close(50)
      live.stop()
      server.closeAllConnections()
      server.close()
    },
  }
}

export type World = Awaited<ReturnType<typeof createWorld>>

/** Opens a socket and queues every message from the first on, so that none is missed; remembers how it was closed. */
async function createClient(port: number, visitor: string, headers: Record<string, string>) {
  const ws = new WebSocket(`ws://127.0.0.1:${port}${LIVE_PATH}`, LIVE_PROTOCOL, {
    headers: { origin: ORIGIN, 'x-visitor': visitor, ...headers },
  })
  const queue: ServerMessage[] = []
  const waiting: ((message: ServerMessage) => void)[] = []
  ws.on('message', (data) => {
    const message = JSON.parse(String(data)) as ServerMessage
    const next = waiting.shift()
    if (next) next(message)
    else queue.push(message)
  })
  ws.on('error', () => {})
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  await Promise.race([once(ws, 'open'), closed])

  return {
    ws,
    closed,
    /** Received and not yet taken by `next`. */
    queue,
    send: (message: unknown) => ws.send(typeof message === 'string' ? message : JSON.stringify(message)),
    watch: (ticket: string) => ws.send(JSON.stringify({ type: 'watch', ticket })),
    next: () => {
      const message = queue.shift()
      return message ? Promise.resolve(message) : new Promise<ServerMessage>((resolve) => waiting.push(resolve))
    },
    /** The next message, which must be a ticket. */
    async ticket(): Promise<Ticket> {
      const message = await this.next()
      if (message.type !== 'ticket') throw new Error(`got ${message.type}`)
      return message.ticket
    },
  }
}

/** A plain TCP connection to the same server, for what a WebSocket library would not do. */
export async function tcp(port: number): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

export function upgradeRequest(
  headers: Record<string, string | null> = {},
  line = `GET ${LIVE_PATH} HTTP/1.1`,
): string {
  const all: Record<string, string | null> = {
    host: 'id.example.cn',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol': LIVE_PROTOCOL,
    origin: ORIGIN,
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]))
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`
}

/** The status line's number that the server gives to a raw request. */
export async function statusOf(port: number, request: string): Promise<number> {
  const socket = await tcp(port)
  socket.write(request)
  const [data] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return Number(String(data).split(' ')[1])
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Waits until `condition` holds, at most so long. */
export async function until(condition: () => boolean, withinMs = 2_000): Promise<void> {
  for (const end = Date.now() + withinMs; !condition(); await pause(5)) {
    if (Date.now() > end) throw new Error('it did not happen')
  }
}
