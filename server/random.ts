// Random bytes from the system, fetched for many at a time: a login needs a dozen, and each call into the system costs more
// than the bytes do. Every byte is handed out once, as a copy, and is wiped where it stood.
import { randomFillSync } from 'node:crypto'
import type { Random } from './core/ports.js'

const POOL_BYTES = 4_096

/** @param fill fills a buffer with strong random bytes; the system's own by default */
export function createRandom(fill: (pool: Buffer) => void = randomFillSync): Random {
  const pool = Buffer.alloc(POOL_BYTES)
  let used = POOL_BYTES

  return (bytes) => {
    const own = Buffer.alloc(bytes)
    if (bytes > POOL_BYTES) {
      fill(own)
      return own
    }
    if (used + bytes > POOL_BYTES) {
      fill(pool)
      used = 0
    }
    pool.copy(own, 0, used, used + bytes)
    pool.fill(0, used, used + bytes)
    used += bytes
    return own
  }
}
