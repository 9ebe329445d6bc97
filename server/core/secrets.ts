// The secret that a browser keeps in its cookie and shows to nobody: 256 random bits in base64url.
import type { Random } from './ports.js'

const SHAPE = /^[A-Za-z0-9_-]{43}$/

/** A new secret for a browser or a phone. */
export function mintSecret(random: Random): string {
  return random(32).toString('base64url')
}

/** The value if it has the shape of a secret, else null: what a cookie holds is never trusted further than that. */
export function readSecret(value: string | undefined): string | null {
  return value !== undefined && SHAPE.test(value) ? value : null
}
