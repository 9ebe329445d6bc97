// Sockets that say what they should not: random frames, resets at every moment, floods of pings.
import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import type { Site } from '../world/browser.js'
import { dial, frame, handshake } from './raw.js'

/** Numbers in [0, 1) that come again with the same seed. */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const WORDS = [
  '{"type":"watch","ticket":"',
  '{"type":"session"}',
  '{"__proto__":{"type":"session"}}',
  '{"type":"session","constructor":{"prototype":{"x":1}}}',
  '['.repeat(2_000),
  `${'{"a":'.repeat(700)}1${'}'.repeat(700)}`,
  '\u0000',
  '"',
  '\ud800',
  'null',
  '1e999',
  '{"type":"watch","ticket":1e999}',
]

/** Any frame: every opcode, flag and length, masked or not, whole or cut short. */
export function anyFrame(random: () => number): Buffer {
  const number = (below: number) => Math.floor(random() * below)
  const word = Buffer.from(WORDS[number(WORDS.length)] ?? '')
  const noise = Buffer.from(Array.from({ length: number(200) }, () => number(256)))
  const payload = Buffer.concat(random() < 0.5 ? [word] : [word, noise]).subarray(0, 6_000)
  const whole = frame(random() < 0.3 ? 0x81 : number(256), payload)
  if (random() < 0.1) whole[1] = number(256)
  return random() < 0.1 ? whole.subarray(0, number(whole.length)) : whole
}

/** `sockets` of them, each saying up to `frames` things, `atOnce` at a time. Resolves with how many frames were sent. */
export async function fuzz(
  site: Site,
  { sockets, frames, atOnce, seed }: { sockets: number; frames: number; atOnce: number; seed: number },
): Promise<number> {
  const random = chance(seed)
  let begun = 0
  let sent = 0
  const one = async () => {
    while (begun < sockets) {
      begun += 1
      const socket = await dial(site)
      socket.write(handshake(site))
      await Promise.race([once(socket, 'data'), once(socket, 'close')])
      socket.resume()
      for (let n = 0; n < frames && !socket.destroyed && socket.writable; n += 1) {
        socket.write(anyFrame(random))
        sent += 1
        if (random() < 0.2) await turn()
      }
      if (random() < 0.5) socket.resetAndDestroy()
      else socket.end()
      socket.destroy()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return sent
}

/** Connections that are reset in every part of a handshake, before, during and after it. */
export async function resets(site: Site, count: number, atOnce = 50): Promise<void> {
  const whole = handshake(site)
  const texts = [whole, whole.slice(0, -2), whole.slice(0, 20), handshake(site, { origin: 'null' }), `${whole}\x81\x85`]
  let begun = 0
  const one = async () => {
    while (begun < count) {
      begun += 1
      const n = begun
      const socket = await dial(site)
      socket.write(texts[n % texts.length] ?? '')
      for (let pause = 0; pause < n % 4; pause += 1) await turn()
      socket.resetAndDestroy()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

/** Pings (or pongs that nobody asked for) until the server hangs up. Resolves with how many were sent. */
export async function pingFlood(site: Site, opcode: 0x89 | 0x8a): Promise<number> {
  const socket = await dial(site)
  socket.write(handshake(site))
  await once(socket, 'data')
  socket.resume()
  let sent = 0
  while (!socket.destroyed && sent < 100_000) {
    socket.write(frame(opcode, 'x'))
    sent += 1
    if (sent % 100 === 0) await turn()
  }
  socket.destroy()
  return sent
}
