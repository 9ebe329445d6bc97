// Clients that are slow on purpose: half a request, half a body, a socket without a word, an answer that nobody reads.
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Site } from '../world/browser.js'
import { dial, frame, handshake, readHead } from './raw.js'

export type Slowness = 'silent' | 'half headers' | 'dripping headers' | 'half body' | 'dripping body' | 'silent socket'
export const SLOWNESSES: readonly Slowness[] = [
  'silent',
  'half headers',
  'dripping headers',
  'half body',
  'dripping body',
  'silent socket',
]

const HALF = 'GET /api/config HTTP/1.1\r\nHost: localhost\r\nX-Slow: 1\r\n'
const BODY =
  'POST /api/tickets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{"method":"re'

export interface Slow {
  readonly slowness: Slowness
  /** Milliseconds until the server hung up. */
  readonly gone: Promise<number>
}

/** Opens so many of each kind. @param address of the nth of a kind, for a site behind a proxy */
export async function slowClients(
  site: Site,
  each: number,
  kinds: readonly Slowness[] = SLOWNESSES,
  address: (n: number) => string | null = () => null,
): Promise<Slow[]> {
  const slow: Slow[] = []
  for (const slowness of kinds) {
    for (let n = 0; n < each; n += 100) {
      const some = Array.from({ length: Math.min(100, each - n) }, (_, i) => open(site, slowness, address(n + i)))
      slow.push(...(await Promise.all(some)))
    }
  }
  return slow
}

async function open(site: Site, slowness: Slowness, address: string | null, tries = 40): Promise<Slow> {
  const socket = await dial(site)
  const started = performance.now()
  const gone = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now() - started)))
  if (slowness === 'silent socket') {
    const head = readHead(socket)
    socket.write(handshake(site, { 'x-forwarded-for': address }))
    const { status } = await head
    // A node that is busy lets nobody new in: whoever means it harm comes again.
    if (status === 503 && tries > 0) {
      await sleep(500)
      return open(site, slowness, address, tries - 1)
    }
    if (status !== 101) throw new Error(`the handshake was answered ${status}`)
  } else if (slowness !== 'silent') socket.write(slowness.endsWith('headers') ? HALF : BODY)
  // Reads what it is told, so that its end is seen.
  socket.resume()
  if (slowness.startsWith('dripping')) void drip(socket, slowness === 'dripping headers' ? 'X-Slower: 1\r\n' : 'x')
  return { slowness, gone }
}

async function drip(socket: Socket, text: string): Promise<void> {
  while (!socket.destroyed && socket.writable) {
    socket.write(text)
    await sleep(1_000)
  }
}

/** Waits for a ticket by a socket from which it never reads. */
export async function deafWatcher(site: Site, cookie: string, ticket: string): Promise<{ gone: Promise<number> }> {
  const socket = await dial(site)
  const head = readHead(socket)
  socket.write(handshake(site, { cookie }))
  await head
  socket.pause()
  const started = performance.now()
  const gone = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now() - started)))
  socket.write(frame(0x81, JSON.stringify({ type: 'watch', ticket })))
  return { gone }
}
