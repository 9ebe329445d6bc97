// Keyed hashes for everything this service signs or derives. The first key signs; older ones still verify.
import { hash, timingSafeEqual } from 'node:crypto'
import { type Hmac, hmacWith } from './hmac.js'

/** What a keyed hash is for. A value made for one purpose never verifies for another. */
export type Purpose = 'ticket' | 'state' | 'match' | 'session' | 'vault' | 'limit' | 'avatar'

export interface Keyring {
  /** How many keys there are; index 0 is the one that signs. */
  readonly size: number
  /** HMAC-SHA-256 of `data` with the key at `index` (default 0), separated by purpose. */
  mac(purpose: Purpose, data: Buffer, index?: number): Buffer
  /** The index of the key whose truncated MAC of `data` equals `mac`, or -1. Constant time per key. */
  verify(purpose: Purpose, data: Buffer, mac: Buffer): number
}

/** @param secrets the operator's SESSION_KEYS, newest first; at least one. */
export function createKeyring(secrets: readonly string[]): Keyring {
  if (secrets.length === 0) throw new Error('A keyring needs at least one key.')
  const cache = secrets.map((): Partial<Record<Purpose, Hmac>> => ({}))
  const hmacFor = (purpose: Purpose, index: number): Hmac => {
    const [known, secret] = [cache[index], secrets[index]]
    if (known === undefined || secret === undefined) throw new Error(`There is no key ${index}.`)
    known[purpose] ??= hmacWith(hmacWith(secret)(Buffer.from(`saoma/${purpose}`)))
    return known[purpose]
  }
  const mac = (purpose: Purpose, data: Buffer, index = 0) => hmacFor(purpose, index)(data)

  return {
    size: secrets.length,
    mac,
    verify(purpose, data, given) {
      for (let index = 0; index < secrets.length; index++) {
        const expected = mac(purpose, data, index).subarray(0, given.length)
        if (given.length >= 16 && timingSafeEqual(expected, given)) return index
      }
      return -1
    },
  }
}

/** SHA-256 in hex: the only form in which secrets, states, codes and session ids are stored. */
export function sha256(text: string): string {
  return hash('sha256', text)
}

/** SHA-256 of several parts, unambiguous whatever they contain. */
export function sha256Of(...parts: string[]): string {
  return sha256(JSON.stringify(parts))
}
