// Bytes on a TCP connection, for requests that no HTTP client would send.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { LIVE_PATH, LIVE_PROTOCOL } from '#shared/live.js'
import type { Site } from '../world/browser.js'

export interface RawAnswer {
  /** 0: the connection was closed without a word. */
  readonly status: number
  /** Names in lower case; of a repeated one the last. */
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  readonly head: string
}

/** A connection that outlives its peer's resets. */
export async function dial({ connectTo }: Pick<Site, 'connectTo'>): Promise<Socket> {
  const { hostname, port } = new URL(connectTo)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Sends these bytes and reads the head of the answer; then hangs up. */
export async function exchange(site: Pick<Site, 'connectTo'>, bytes: string | Buffer): Promise<RawAnswer> {
  const socket = await dial(site)
  const head = readHead(socket)
  socket.write(bytes)
  const answer = await head
  socket.destroy()
  return answer
}

/** The head of what comes next, or nothing when the connection is closed before. */
export function readHead(socket: Socket): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = ''
    const done = () => {
      socket.off('data', more)
      resolve(parse(text))
    }
    const more = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (text.includes('\r\n\r\n')) done()
    }
    socket.on('data', more)
    socket.once('close', done)
  })
}

function parse(text: string): RawAnswer {
  const [head = ''] = text.split('\r\n\r\n')
  const [line = '', ...lines] = head.split('\r\n')
  const pairs = lines.map((each) => {
    const at = each.indexOf(':')
    return [each.slice(0, at).toLowerCase(), each.slice(at + 1).trim()] as const
  })
  return {
    status: Number(line.split(' ')[1] ?? 0),
    headers: Object.fromEntries(pairs),
    cookies: pairs.flatMap(([name, value]) => (name === 'set-cookie' ? [value] : [])),
    head,
  }
}

/** A handshake of our protocol; a header that is null is left out, one that is a list is sent so many times. */
export function handshake(
  site: Site,
  headers: Readonly<Record<string, string | null | readonly string[]>> = {},
  line = `GET ${LIVE_PATH} HTTP/1.1`,
): string {
  const all: Record<string, string | null | readonly string[]> = {
    host: new URL(site.publicUrl).host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol': LIVE_PROTOCOL,
    origin: site.publicUrl,
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === null ? [] : [value].flat().map((one) => `${name}: ${one}`),
  )
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`
}

/** A masked frame as a client sends it; the mask is zero, so that the payload stands there as it is. */
export function frame(head: number, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload)
  const length = body.length < 126 ? [0x80 | body.length] : [0xfe, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([head, ...length, 0, 0, 0, 0]), body])
}

/** How many sockets the node says are open. */
export async function openSockets({ connectTo }: Pick<Site, 'connectTo'>): Promise<number> {
  const text = await (await fetch(`${connectTo}/metrics`)).text()
  return Number(/^saoma_sockets (\d+)$/m.exec(text)?.[1])
}

/** Waits until it holds. @throws Error after `withinMs` */
export async function until(holds: () => Promise<boolean> | boolean, withinMs = 10_000): Promise<void> {
  for (const end = performance.now() + withinMs; !(await holds()); await sleep(25)) {
    if (performance.now() > end) throw new Error(`it did not happen in ${withinMs} ms`)
  }
}
