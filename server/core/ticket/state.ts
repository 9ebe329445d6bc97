// OAuth states: hex, 108 characters (WeChat takes 128 of [A-Za-z0-9]), signed over purpose, ticket and the secret of
// the one browser that may bring the code back. The secret is in the MAC and not in the state, so a state that leaks is
// useless anywhere else. Single use is the callback store's matter.
//
// 54 bytes: purpose 1 · ticket payload 29 · nonce 8 · MAC 16
import { METHODS, type Method } from '#shared/ticket.js'
import type { Keyring } from '../keyring.js'
import type { Random } from '../ports.js'
import type { TicketClaims, TicketIds } from './ticket-id.js'

/** What a state was made for: the ticket's method, and which consent WeChat was asked for. */
export const PURPOSES = [
  'website',
  'relay_base',
  'relay_explicit',
  'official_base',
  'official_explicit',
  'scene_base',
  'scene_explicit',
] as const
export type StatePurpose = (typeof PURPOSES)[number]

/** Which secret a state is bound to: that of the browser that began its ticket, or that of the phone that scanned it. */
export function holderOf(purpose: StatePurpose): 'browser' | 'phone' {
  return purpose === 'website' || purpose.startsWith('official') ? 'browser' : 'phone'
}

/** True when WeChat was asked for `snsapi_base` only: who, and nothing else. */
export function isSilent(purpose: StatePurpose): boolean {
  return purpose.endsWith('_base')
}

/** The method that a state says it was made for, without believing it; null when it cannot be one of ours. */
export function methodOfState(state: string): Method | null {
  const purpose = purposeOf(state)
  return purpose && (METHODS.find((method) => purpose.startsWith(method)) ?? null)
}

function purposeOf(state: string): StatePurpose | null {
  return SHAPE.test(state) ? (PURPOSES[Number.parseInt(state.slice(0, 2), 16)] ?? null) : null
}

const SHAPE = /^[0-9a-f]{108}$/
const SIGNED_BYTES = 38

export interface StateClaims {
  readonly purpose: StatePurpose
  readonly ticket: TicketClaims
}

export interface States {
  /** A state that only the browser holding `secret` can bring back. */
  mint(purpose: StatePurpose, ticket: TicketClaims, secret: string): string
  /** Which browser's secret the state asks for, without believing any of it; null when it cannot be one of ours. */
  purposeOf(state: string): StatePurpose | null
  /** The claims, if we made this state for the browser that holds `secret`; null for everything else alike. */
  read(state: string, secret: string): StateClaims | null
}

export function createStates(deps: { keyring: Keyring; random: Random; ticketIds: TicketIds }): States {
  const { keyring, random, ticketIds } = deps
  const bound = (signed: Buffer, secret: string) => Buffer.concat([signed, Buffer.from(secret)])

  return {
    mint(purpose, ticket, secret) {
      const signed = Buffer.concat([Buffer.from([PURPOSES.indexOf(purpose)]), ticket.payload, random(8)])
      // With the ticket's own key: `read` rebuilds the ticket's id with the key that verified the state.
      const mac = keyring.mac('state', bound(signed, secret), ticket.keyIndex).subarray(0, 16)
      return Buffer.concat([signed, mac]).toString('hex')
    },

    purposeOf,

    read(state, secret) {
      const purpose = purposeOf(state)
      if (!purpose) return null
      const bytes = Buffer.from(state, 'hex')
      const signed = bytes.subarray(0, SIGNED_BYTES)
      const keyIndex = keyring.verify('state', bound(signed, secret), bytes.subarray(SIGNED_BYTES))
      if (keyIndex === -1) return null
      const ticket = ticketIds.fromPayload(signed.subarray(1, 30), keyIndex)
      return ticket && { purpose, ticket }
    },
  }
}
