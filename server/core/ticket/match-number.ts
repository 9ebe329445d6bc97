// The two digits the PC shows and the person types on the phone: proof that the person sees the screen being logged in.
// Keyed, so that knowing the ticket's id does not give them.
import type { Keyring } from '../keyring.js'
import type { TicketClaims } from './ticket-id.js'

/** Wrong or missing numbers after which the ticket ends. */
export const MATCH_TRIES = 3

/** `00` … `99`, as shown on the waiting page. */
export function matchNumber(keyring: Keyring, ticket: TicketClaims): string {
  const digest = keyring.mac('match', Buffer.from(ticket.id), ticket.keyIndex)
  return String(digest.readUInt32BE(0) % 100).padStart(2, '0')
}

/** True when `given` is what the page shows. Spaces and full-width digits, as some keyboards type them, are forgiven. */
export function matchNumberIs(keyring: Keyring, ticket: TicketClaims, given: string | undefined): boolean {
  return (given ?? '').normalize('NFKC').replace(/\s/g, '') === matchNumber(keyring, ticket)
}
