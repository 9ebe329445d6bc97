// Ticket ids: signed, dated, and committed to one browser's secret, so that an unscanned code costs no row.
//
// 45 bytes in base64url behind `tkt_`, 64 characters in all (the limit of WeChat's scene strings):
//   form and method 1 · app tag 2 · created at (ms) 6 · nonce 8 · commitment to the browser's secret 12 · MAC 16
// Whoever knows the id knows when and for what it was made, and nothing that helps to log in.
import { timingSafeEqual } from 'node:crypto'
import { METHODS, type Method } from '#shared/ticket.js'
import { hmacWith } from '../hmac.js'
import { type Keyring, sha256 } from '../keyring.js'
import type { Clock, Random } from '../ports.js'
import { pendingMs } from './lifetime.js'

const FORM = 1
const PAYLOAD_BYTES = 29
const MAC_BYTES = 16
const COMMIT_BYTES = 12
const COMMITTED = new TextEncoder().encode('ticket')
const SHAPE = /^tkt_[A-Za-z0-9_-]{60}$/

export interface TicketClaims {
  readonly id: string
  readonly method: Method
  /** First two bytes of SHA-256 of the app's key, in hex. */
  readonly appTag: string
  readonly createdAt: number
  /** Which key signed it; what is derived for this ticket uses the same one, so that a key rotation changes nothing. */
  readonly keyIndex: number
  /** The signed part without its MAC. */
  readonly payload: Buffer
}

export interface TicketIds {
  mint(options: { method: Method; appKey: string; secret: string }): TicketClaims
  /** The claims of an id we made, or null for anything else. */
  read(id: string): TicketClaims | null
  /** The claims of a payload that was taken out of an id and authenticated by other means (an OAuth state). */
  fromPayload(payload: Buffer, keyIndex: number): TicketClaims | null
  /** True when the id was made for the browser that holds this secret. */
  boundTo(claims: TicketClaims, secret: string): boolean
}

/**
 * When a ticket that was never heard of again ends, by what its id says: epoch milliseconds. Whoever wrote the id: it is
 * for those that were authenticated before. NaN for what is no id.
 */
export function endOf(id: string): number {
  const payload = Buffer.from(id.slice(4, 16), 'base64url')
  const method = METHODS[(payload[0] ?? 0) & 0x0f]
  return method === undefined || payload.length < 9 ? Number.NaN : payload.readUIntBE(3, 6) + pendingMs(method)
}

/** The two bytes by which ids and states name their app. Configuration refuses two apps with the same tag. */
export function appTag(appKey: string): string {
  return sha256(appKey).slice(0, 4)
}

function commitment(secret: string, nonce: Buffer): Buffer {
  return hmacWith(secret)(Buffer.concat([COMMITTED, nonce])).subarray(0, COMMIT_BYTES)
}

export function createTicketIds(deps: { keyring: Keyring; clock: Clock; random: Random }): TicketIds {
  const { keyring, clock, random } = deps

  const claimsOf = (payload: Buffer, keyIndex: number, id: string): TicketClaims | null => {
    const first = payload[0] ?? 0
    const method = METHODS[first & 0x0f]
    if (first >> 4 !== FORM || method === undefined) return null
    return {
      id,
      method,
      appTag: payload.toString('hex', 1, 3),
      createdAt: payload.readUIntBE(3, 6),
      keyIndex,
      payload,
    }
  }
  const idOf = (payload: Buffer, keyIndex: number) =>
    `tkt_${Buffer.concat([payload, macOf(payload, keyIndex)]).toString('base64url')}`
  const macOf = (payload: Buffer, keyIndex: number) => keyring.mac('ticket', payload, keyIndex).subarray(0, MAC_BYTES)

  return {
    mint({ method, appKey, secret }) {
      const payload = Buffer.alloc(PAYLOAD_BYTES)
      const nonce = random(8)
      payload[0] = (FORM << 4) | METHODS.indexOf(method)
      payload.write(appTag(appKey), 1, 'hex')
      payload.writeUIntBE(clock(), 3, 6)
      nonce.copy(payload, 9)
      commitment(secret, nonce).copy(payload, 17)
      const claims = claimsOf(payload, 0, idOf(payload, 0))
      if (!claims) throw new Error('A minted ticket id must be readable.')
      return claims
    },

    read(id) {
      if (!SHAPE.test(id)) return null
      const bytes = Buffer.from(id.slice(4), 'base64url')
      const payload = bytes.subarray(0, PAYLOAD_BYTES)
      const mac = bytes.subarray(PAYLOAD_BYTES)
      const keyIndex = keyring.verify('ticket', payload, mac)
      // 45 bytes have one spelling only: what was read is the id.
      return keyIndex === -1 ? null : claimsOf(payload, keyIndex, id)
    },

    fromPayload: (payload, keyIndex) =>
      payload.length === PAYLOAD_BYTES ? claimsOf(payload, keyIndex, idOf(payload, keyIndex)) : null,

    boundTo(claims, secret) {
      const nonce = claims.payload.subarray(9, 17)
      return timingSafeEqual(commitment(secret, nonce), claims.payload.subarray(17, 29))
    },
  }
}
