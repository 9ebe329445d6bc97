// Binds the socket protocol to a real server with `ws`. Everything that can be refused is refused before the upgrade,
// synchronously, and an upgrade that is reset halfway harms nobody.
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { LIVE_PROTOCOL } from '#shared/live.js'
import { createHeartbeat } from './heartbeat.js'
import type { Live } from './live-ports.js'
import type { Schedule } from './schedule.js'

export interface AttachOptions<V> {
  readonly server: Server
  readonly path: string
  readonly live: Live<V>
  readonly schedule: Schedule
  /** What the handshake says about the visitor; the request itself is not kept. */
  visitor(req: IncomingMessage): V
  /** An exact list, and nothing else, keeps other sites' pages out. */
  originAllowed(origin: string | undefined, req: IncomingMessage): boolean
  /** The address that `perAddress` counts. */
  addressOf(req: IncomingMessage): string
  readonly capacity?: { readonly total?: number; readonly perAddress?: number }
  /** Milliseconds. */
  readonly heartbeat?: { readonly pingMs: number; readonly pongMs: number }
}

export interface AttachedLive {
  /** Sockets that are upgraded and not gone yet. */
  size(): number
  /** Refuses newcomers, says 1012 to everybody, and ends those who have not left after `graceMs`. */
  close(graceMs?: number): Promise<void>
}

const CAPACITY = { total: 15_000, perAddress: 200 }
const HEARTBEAT = { pingMs: 25_000, pongMs: 10_000 }

export function attachLive<V>(options: AttachOptions<V>): AttachedLive {
  const { server, path, live, schedule } = options
  const capacity = { ...CAPACITY, ...options.capacity }
  const heartbeat = createHeartbeat(schedule, options.heartbeat ?? HEARTBEAT)
  const sockets = new Set<WebSocket>()
  const perAddress = new Map<string, number>()
  let closing = false
  let allGone: (() => void) | null = null

  const settings = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 4_096,
    maxFragments: 16,
    maxBufferedChunks: 64,
    closeTimeout: 5_000,
    handleProtocols: () => LIVE_PROTOCOL,
  }
  const wss = new WebSocketServer(settings)

  /** What is to be known of a visitor who may come in, or the status that keeps others out. */
  function admit(req: IncomingMessage): { address: string; visitor: V } | number {
    if (req.url?.split('?', 1)[0] !== path) return 404
    if (req.method !== 'GET') return 405
    if (req.headers['sec-websocket-version'] !== '13') return 426
    if (!options.originAllowed(req.headers.origin, req)) return 403
    if (!offers(req, LIVE_PROTOCOL)) return 400
    if (closing || sockets.size >= capacity.total) return 503
    const address = options.addressOf(req)
    if ((perAddress.get(address) ?? 0) >= capacity.perAddress) return 429
    return { address, visitor: options.visitor(req) }
  }

  function opened(ws: WebSocket, address: string, visitor: V): void {
    sockets.add(ws)
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1)
    const pulse = heartbeat.add(ws)
    const connection = live.opened(
      {
        send: (text) => ws.send(text),
        close: (code, reason) => ws.close(code, reason),
        terminate: () => ws.terminate(),
        bufferedAmount: () => ws.bufferedAmount,
      },
      visitor,
    )
    ws.on('message', (data, isBinary) => {
      connection.message(isBinary ? null : String(data))
    })
    ws.on('pong', pulse.pong)
    ws.on('close', () => {
      pulse.remove()
      connection.closed()
      sockets.delete(ws)
      const left = (perAddress.get(address) ?? 1) - 1
      if (left === 0) perAddress.delete(address)
      else perAddress.set(address, left)
      if (sockets.size === 0) allGone?.()
    })
  }

  function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    // First of all: an upgrade socket without this listener ends the whole process when the peer resets it.
    socket.on('error', () => socket.destroy())
    let admitted: ReturnType<typeof admit>
    try {
      admitted = admit(req)
    } catch {
      // A header that makes somebody's parser throw must not end the process either.
      admitted = 400
    }
    if (typeof admitted === 'number') {
      refuse(socket, admitted)
      return
    }
    const { address, visitor } = admitted
    wss.handleUpgrade(req, socket, head, (ws) => {
      // ws has closed the connection by itself, with the code that fits (1002, 1007, 1008, 1009).
      ws.on('error', () => {})
      opened(ws, address, visitor)
    })
  }

  server.on('upgrade', upgrade)

  return {
    size: () => sockets.size,
    async close(graceMs = 5_000) {
      closing = true
      live.drain()
      if (sockets.size > 0) {
        await new Promise<void>((resolve) => {
          const cancel = schedule.after(graceMs, () => {
            for (const ws of sockets) ws.terminate()
          })
          allGone = () => {
            cancel()
            resolve()
          }
        })
      }
    },
  }
}

function offers(req: IncomingMessage, protocol: string): boolean {
  const offered = req.headers['sec-websocket-protocol'] ?? ''
  return offered.split(',').some((name) => name.trim() === protocol)
}

/** Answers without a word of explanation and hangs up. */
function refuse(socket: Duplex, status: number): void {
  const version = status === 426 ? 'Sec-WebSocket-Version: 13\r\n' : ''
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${version}Connection: close\r\nContent-Length: 0\r\n\r\n`)
}
