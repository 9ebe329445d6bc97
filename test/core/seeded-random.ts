// Chance that repeats itself: SHA-256 in counter mode. The same seed gives the same bytes in every run.
import { createHash } from 'node:crypto'
import type { Random } from '#server/core/ports.js'

/** A `Random` whose whole sequence follows from `seed`. */
export function seededRandom(seed: string): Random {
  let block = 0
  return (bytes) => {
    const parts: Buffer[] = []
    for (let have = 0; have < bytes; have += 32) {
      parts.push(createHash('sha256').update(`${seed}/${block++}`).digest())
    }
    return Buffer.concat(parts).subarray(0, bytes)
  }
}
