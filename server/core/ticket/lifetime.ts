// How long things last, in milliseconds, and what a ticket looks like from outside at a given moment.
import { isFinal, type Method, type PersonView, type Ticket } from '#shared/ticket.js'
import type { TicketRecord } from '../ports.js'
import type { TicketClaims } from './ticket-id.js'

/**
 * How long an unscanned code is good. `website` outlives WeChat's own code, which its page renews under the same state;
 * `official` shows none: it is how long its person may stay on WeChat's consent page.
 */
export function pendingMs(method: Method): number {
  return method === 'website' || method === 'official' ? 600_000 : 90_000
}

/** Whether a phone other than the browser that began may be the next to be heard of. Then there has to be a row for it. */
export function waitsForPhone(method: Method): boolean {
  return method !== 'website' && method !== 'official'
}

/** How long the person with the phone has to decide. */
export const SCANNED_MS = 120_000
/** How long a confirmed login waits for its browser: a laptop may sleep. Only that browser can redeem it. */
export const CONFIRMED_MS = 24 * 3_600_000
/** How long the same state gets the same answer. */
export const CALLBACK_MS = 600_000
/** How long the beat of a callback may rest before its server counts as dead. Servers beat several times in it. */
export const BEAT_RESTS_MS = 2_500

/** How long one node may take to get WeChat's code for a ticket before another one tries. */
export const CODE_LEASE_MS = 10_000
/** How long a node that follows a scan may be silent: longer than one poll. */
export const SCAN_LEASE_MS = 45_000

/** True when time has ended this ticket and nobody has written so yet. */
export function isOverdue(record: TicketRecord, now: number): boolean {
  return !isFinal(record.status) && record.expiresAt <= now
}

/** A stored ticket as its page may see it. @param avatarLink where that page gets a picture which WeChat has */
export function presentTicket(record: TicketRecord, now: number, avatarLink: (url: string) => string): Ticket {
  const scannedBy = presentPerson(record.scannedBy, avatarLink)
  return {
    id: record.id,
    method: record.method,
    status: record.status,
    version: record.version,
    expiresAt: record.expiresAt,
    serverTime: now,
    scannedBy,
    reason: record.reason,
  }
}

/** Whoever scanned, as pages may see them. */
export function presentPerson(person: PersonView | null, avatarLink: (url: string) => string): PersonView | null {
  return person && { nickname: person.nickname, avatarUrl: avatarLink(person.avatarUrl) }
}

/** When a ticket ends that is never heard of: epoch milliseconds. */
export function endOfUnheard({ createdAt, method }: Pick<TicketClaims, 'createdAt' | 'method'>): number {
  return createdAt + pendingMs(method)
}

/** A ticket that has no row: no phone can scan it yet, and WeChat has sent nobody back. Version 0, so that any row is newer. */
export function presentUnattached(claims: TicketClaims, now: number): Ticket {
  const expiresAt = endOfUnheard(claims)
  return {
    id: claims.id,
    method: claims.method,
    status: expiresAt <= now ? 'expired' : 'pending',
    version: 0,
    expiresAt,
    serverTime: now,
    scannedBy: null,
    reason: null,
  }
}
