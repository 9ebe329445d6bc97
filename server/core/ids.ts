// Prefixed ids: what kind of thing an id names can be read off it, in logs as in code. 128 random bits.
import type { Random } from './ports.js'

export type IdPrefix = 'acc' | 'ses' | 'mrg' | 'req'

/** A new id such as `acc_3q2-7wAAAAAAAAAAAAAAAA`. */
export function mintId(prefix: IdPrefix, random: Random): string {
  return `${prefix}_${random(16).toString('base64url')}`
}
