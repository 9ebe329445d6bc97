// Node's own HTTP server: how slow, how large and how many its requests may be, and what it says of those that no
// middleware ever sees.
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** Slow or swollen requests end here, long before Node's own defaults: whatever is half sent is gone within 15 s. */
export const HTTP_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 12_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 8 * 1024,
  /** Answered by `answerWell` instead. */
  requireHostHeader: false,
}

/** Without a byte in either direction. Node looks twice before it believes that nobody reads an answer. */
const SILENCE_MS = 15_000
/** Of one request. Node would leave out what comes after, such as the line of X-Forwarded-For that a proxy has added. */
const MAX_HEADERS = 100
/** More than the sockets that are let in, so that there is always room to answer an ordinary request. */
const MAX_CONNECTIONS = 19_000

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** Bounds what one client may hold of this server, and answers what cannot be parsed. */
export function guardServer(server: Server, headers: Readonly<Record<string, string>>, silenceMs = SILENCE_MS): void {
  // One more is still read, to be seen and refused.
  server.maxHeadersCount = MAX_HEADERS + 1
  server.maxConnections = MAX_CONNECTIONS
  server.setTimeout(silenceMs)
  const answering = new WeakSet<Duplex>()
  server.on('request', ({ socket }, res) => {
    answering.add(socket)
    res.once('close', () => answering.delete(socket))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Reset by its client, or in the middle of another answer: there is nobody to tell, or no room for it.
    if (error.code === 'ECONNRESET' || !socket.writable || answering.has(socket)) {
      socket.destroy()
      return
    }
    const status = STATUS_OF[error.code ?? ''] ?? 400
    const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': '0' })
    socket.once('finish', () => socket.destroy())
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    )
  })
}

type Handler = (req: IncomingMessage, res: ServerResponse) => void

/**
 * In front of `handle`: what Node would answer by itself with a bare status gets the headers too.
 * A request of HTTP/1.1 has one Host, all its headers are seen, and it expects nothing but `100-continue`. What asks for a
 * whole address (as a proxy would be asked) is handled as a request for its path.
 */
export function answerWell(server: Server, headers: Readonly<Record<string, string>>, handle: Handler): void {
  const refuse = (res: ServerResponse, status: number): void => {
    res.writeHead(status, { ...headers, Connection: 'close', 'Content-Length': '0' }).end()
  }
  server.on('request', (req, res) => {
    const hosts = timesGiven(req, 'host')
    const target = targetOf(req.url ?? '')
    if (req.rawHeaders.length > 2 * MAX_HEADERS) return refuse(res, 431)
    if (target === null || hosts > 1 || (hosts === 0 && req.httpVersion === '1.1')) return refuse(res, 400)
    req.url = target
    handle(req, res)
  })
  server.on('checkExpectation', (_req, res) => refuse(res, 417))
}

/** How often a header stands in the request, its name in lower case. */
function timesGiven({ rawHeaders }: IncomingMessage, name: string): number {
  let times = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at]
    if (given?.length === name.length && given.toLowerCase() === name) times += 1
  }
  return times
}

/** What is asked for on this server; null when it cannot be told. */
function targetOf(asked: string): string | null {
  if (asked.startsWith('/') || asked === '*') return asked
  if (!URL.canParse(asked)) return null
  const { pathname, search } = new URL(asked)
  return pathname + search
}

/** Listens. @returns where, e.g. http://127.0.0.1:3000 */
export function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const { address, port: bound, family } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`)
    })
  })
}
