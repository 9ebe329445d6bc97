// Binds the socket protocol to a real server with `ws`. Everything that can be refused is refused before the upgrade, and
// an upgrade that is reset halfway harms nobody.
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { LIVE_PROTOCOL } from '#shared/live.js'
import { createHeartbeat } from './heartbeat.js'
import type { Live, LiveConnection } from './live-ports.js'
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
  /** Milliseconds until this visitor may open one more socket; 0: now. Never rejects. */
  wait?(req: IncomingMessage): Promise<number>
  /** Headers of every refusal. */
  readonly refusalHeaders?: Readonly<Record<string, string>>
  /** True while this one is to be turned away, because there is too much to do already. */
  readonly shedding?: (req: IncomingMessage) => boolean
  readonly capacity?: { readonly total?: number; readonly perAddress?: number }
  /** Milliseconds. */
  readonly heartbeat?: { readonly pingMs: number; readonly pongMs: number }
}

export interface AttachedLive {
  /** Sockets that are upgraded and not gone yet. */
  size(): number
  /** Refuses newcomers, says 1012 to everybody within `spreadMs`, and ends those who have not left `graceMs` later. */
  close(spreadMs?: number, graceMs?: number): Promise<void>
}

const CAPACITY = { total: 15_000, perAddress: 200 }
const CONTROL_FRAMES_PER_MINUTE = 120
/** Whoever is gone is known to be within 35 s, however late its slice. */
const HEARTBEAT = { pingMs: 25_000, pongMs: 9_000 }

/** An open socket, with all that is known of it. One object, and listeners that all of them share: very many wait at once. */
class LiveWebSocket extends WebSocket {
  connection: LiveConnection | null = null
  address = ''
  slice = 0
  /** Pings and pongs, which no message limit sees, since `noiseSince` (whole seconds). */
  noise = 0
  noiseSince = 0
}

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
    WebSocket: LiveWebSocket,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 4_096,
    maxFragments: 16,
    maxBufferedChunks: 64,
    closeTimeout: 5_000,
    handleProtocols: () => LIVE_PROTOCOL,
  }
  const wss = new WebSocketServer(settings)
  const headers = options.refusalHeaders ?? {}
  // A handshake in which ws itself finds something wrong, which it would answer in its own way.
  wss.on('wsClientError', (_error, socket) => refuse(socket, 400, headers, 0))

  /** The status that keeps out what is no handshake of our protocol, or another site's; null: it is one. */
  function stranger(req: IncomingMessage): number | null {
    // Node leaves out in silence what is more: an address that a proxy has added, or a second Origin.
    if (server.maxHeadersCount !== null && req.rawHeaders.length >= 2 * server.maxHeadersCount) return 431
    // Node looks at those of ordinary requests alone, and keeps the first of two.
    if (hosts(req) !== 1) return 400
    if (req.url?.split('?', 1)[0] !== path) return 404
    if (req.method !== 'GET') return 405
    if (req.headers['sec-websocket-version'] !== '13') return 426
    if (!options.originAllowed(req.headers.origin, req)) return 403
    return offers(req, LIVE_PROTOCOL) ? null : 400
  }

  /** What is to be known of a visitor for whom there is room, or the status that keeps others out. */
  function admit(req: IncomingMessage): { address: string; visitor: V } | number {
    if (closing || options.shedding?.(req) || sockets.size >= capacity.total) return 503
    const address = options.addressOf(req)
    if ((perAddress.get(address) ?? 0) >= capacity.perAddress) return 429
    return { address, visitor: options.visitor(req) }
  }

  function opened(ws: LiveWebSocket, address: string, visitor: V): void {
    sockets.add(ws)
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1)
    ws.address = address
    ws.slice = heartbeat.add(ws)
    ws.connection = live.opened(ws, visitor)
    ws.on('message', onMessage)
    ws.on('ping', onPing)
    ws.on('pong', onPong)
    ws.on('close', onClose)
  }

  // ws calls its listeners with the socket as `this`, and every socket here is one of ours.
  function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
    const { connection } = this as LiveWebSocket
    connection?.message(isBinary ? null : String(data))
  }

  function onPing(this: WebSocket): void {
    hear(this as LiveWebSocket)
  }

  function onPong(this: WebSocket): void {
    hear(this as LiveWebSocket)
    heartbeat.pong(this)
  }

  function onClose(this: WebSocket): void {
    const { slice, connection, address } = this as LiveWebSocket
    heartbeat.remove(this, slice)
    connection?.closed()
    sockets.delete(this)
    const left = (perAddress.get(address) ?? 1) - 1
    if (left === 0) perAddress.delete(address)
    else perAddress.set(address, left)
    if (sockets.size === 0) allGone?.()
  }

  async function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // First of all: an upgrade socket without this listener ends the whole process when the peer resets it.
    socket.on('error', hangUp)
    let admitted: ReturnType<typeof admit>
    let waitMs = 0
    try {
      const refused = stranger(req)
      waitMs = refused === null ? ((await options.wait?.(req)) ?? 0) : 0
      // From the look at what room there is to the new socket nothing may come in between.
      admitted = refused ?? (waitMs > 0 ? 429 : admit(req))
    } catch {
      // A header that makes somebody's parser throw must not end the process either.
      admitted = 400
    }
    if (typeof admitted === 'number') {
      refuse(socket, admitted, headers, waitMs)
      return
    }
    const { address, visitor } = admitted
    wss.handleUpgrade(req, socket, head, (ws) => {
      ws.on('error', onError)
      // From here on ws has a listener of its own.
      socket.off('error', hangUp)
      opened(ws, address, visitor)
    })
  }

  server.on('upgrade', (req, socket, head) => void upgrade(req, socket, head))

  return {
    size: () => sockets.size,
    async close(spreadMs = 0, graceMs = 5_000) {
      closing = true
      live.drain(spreadMs)
      if (sockets.size > 0) {
        await new Promise<void>((resolve) => {
          const cancel = schedule.after(spreadMs + graceMs, () => {
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

function hosts({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length
}

function offers(req: IncomingMessage, protocol: string): boolean {
  const offered = req.headers['sec-websocket-protocol'] ?? ''
  return offered.split(',').some((name) => name.trim() === protocol)
}

/** Counts a ping or a pong. Nobody honest sends more than a few a minute. */
function hear(ws: LiveWebSocket): void {
  const second = Math.floor(performance.now() / 1_000)
  if (second - ws.noiseSince >= 60) {
    ws.noiseSince = second
    ws.noise = 0
  }
  ws.noise += 1
  if (ws.noise > CONTROL_FRAMES_PER_MINUTE) ws.terminate()
}

/** ws has closed the connection by itself, with the code that fits (1002, 1007, 1008, 1009). */
function onError(): void {}

function hangUp(this: Duplex): void {
  this.destroy()
}

/** Answers without a word of explanation and hangs up. */
function refuse(socket: Duplex, status: number, more: Readonly<Record<string, string>>, waitMs: number): void {
  const headers = {
    ...more,
    ...(status === 426 ? { 'Sec-WebSocket-Version': '13' } : {}),
    ...(status === 429 || status === 503 ? { 'Retry-After': String(Math.max(2, Math.ceil(waitMs / 1000))) } : {}),
    Connection: 'close',
    'Content-Length': '0',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`)
}
