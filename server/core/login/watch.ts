// The waiting page: attaching to its ticket, reading it, giving it up. Attaching is what gives a ticket its row, where
// somebody else's phone may scan it; where WeChat sends the same browser back, the row can wait for that.
import type { Ticket } from '#shared/ticket.js'
import type { Device, TicketRecord, Tx } from '../ports.js'
import { endOfUnheard, isOverdue, presentTicket, presentUnattached, waitsForPhone } from '../ticket/lifetime.js'
import { endOf, type TicketClaims } from '../ticket/ticket-id.js'
import { faceOf } from './begin.js'
import { askForCode, lacksCode, withCode } from './code.js'
import { appOf, findApp, type LoginContext } from './context.js'

export interface Watched {
  readonly ticket: Ticket
  readonly qrContent: string | null
  readonly matchNumber: string | null
}

export type View = Pick<Watched, 'ticket' | 'qrContent'>

export interface Visitor {
  readonly ticketId: string
  /** What this browser's cookie holds, or null. */
  readonly secret: string | null
  readonly device: Device
  readonly returnTo: string
  /** True when the browser may forget `returnTo` before WeChat sends it back: then the row does not wait for that. */
  readonly mayForget?: boolean
}

type Visit = Pick<Visitor, 'device' | 'returnTo'>

/** The claims of a ticket that belongs to this browser; null for unknown and foreign ones alike. */
export function ownTicket(context: LoginContext, ticketId: string, secret: string | null): TicketClaims | null {
  const claims = secret === null ? null : context.ticketIds.read(ticketId)
  return claims && secret !== null && context.ticketIds.boundTo(claims, secret) ? claims : null
}

/**
 * What is stored of a ticket, and the moment by which to judge one that is not. What was read before the ticket's end and is
 * answered after it is read again: meanwhile it may have been confirmed, in time.
 */
export async function lookUp(
  { store, clock }: Pick<LoginContext, 'store' | 'clock'>,
  claims: TicketClaims,
): Promise<{ stored: TicketRecord | null; now: number }> {
  const end = endOfUnheard(claims)
  const askedAt = clock()
  const stored = await store.read.tickets.find(claims.id)
  const now = clock()
  if (stored || askedAt >= end || now < end) return { stored, now }
  return { stored: await store.read.tickets.find(claims.id), now }
}

/**
 * Attaches the page that began the ticket, and says how things stand. Null: unknown, or another browser's, or of an app
 * that is configured no more, so that nobody can answer it.
 * @param patient false for a page that is told of changes: it does not wait here for WeChat's own code
 */
export async function attach(context: LoginContext, visitor: Visitor, patient = true): Promise<Watched | null> {
  const claims = ownTicket(context, visitor.ticketId, visitor.secret)
  if (!claims) return null
  const { stored, now } = await lookUp(context, claims)
  if ((!stored || stored.status === 'pending') && !findApp(context, claims)) return null
  const rowMayWait = !waitsForPhone(claims.method) && !visitor.mayForget
  if (!stored && (rowMayWait || endOfUnheard(claims) <= now)) {
    return { ticket: presentUnattached(claims, now), ...faceOf(context, claims, null) }
  }
  const known = stored ? await settle(context, stored) : await ensureRow(context, claims, visitor)
  if (lacksCode(known)) askForCode(context, claims)
  const record = lacksCode(known) && patient ? await withCode(context, claims, known) : known
  return { ticket: presentTicket(record, context.clock(), context.avatarLink), ...faceOf(context, claims, record) }
}

/** The row of a ticket, made now if there was none. @throws AppError `busy` when too many tickets are open */
async function ensureRow(context: LoginContext, claims: TicketClaims, visit: Visit): Promise<TicketRecord> {
  await context.room.take()
  return context.store.write((tx) => rowOf(tx, context, claims, visit), { ticket: claims.id })
}

/** In a transaction: the row of a ticket, made now if there was none. */
export async function rowOf(tx: Tx, context: LoginContext, claims: TicketClaims, visit: Visit): Promise<TicketRecord> {
  const fresh = freshRecord(context, claims, visit)
  if (await tx.tickets.insert(fresh)) return fresh
  const existing = await tx.tickets.find(claims.id)
  if (!existing) throw new Error('A ticket row that blocks an insert must be readable.')
  return existing
}

/**
 * The public views of those tickets that have rows, or have ended without one: one read, and a write only for what time
 * has ended. WeChat's own code may come after the page has attached: its text is told while it can be scanned.
 */
export async function views(context: LoginContext, ids: readonly string[]): Promise<View[]> {
  const askedAt = context.clock()
  const records = await context.store.read.tickets.findMany(ids)
  const settled = await Promise.all(records.map((record) => settle(context, record)))
  const now = context.clock()
  const seen = settled.map((record) => ({
    ticket: presentTicket(record, now, context.avatarLink),
    qrContent: record.status === 'pending' ? (record.code?.content ?? null) : null,
  }))
  return records.length === ids.length ? seen : [...seen, ...endedUnseen(context, ids, records, askedAt)]
}

/** Those of `ids` without a record whose time was over when they were asked for: later they may have got one, in time. */
function endedUnseen(context: LoginContext, ids: readonly string[], records: readonly TicketRecord[], askedAt: number) {
  const stored = new Set(records.map(({ id }) => id))
  const over = ids.filter((id) => !stored.has(id) && endOf(id) <= askedAt)
  return over.flatMap((id): View[] => {
    const claims = context.ticketIds.read(id)
    if (!claims) return []
    context.meter?.ticketEnded(claims.method, 'expired', null)
    return [{ ticket: presentUnattached(claims, context.clock()), qrContent: null }]
  })
}

/** Writes down that time has ended a ticket, if it has. Returns the ticket as it is now. */
export async function settle(context: LoginContext, record: TicketRecord): Promise<TicketRecord> {
  const now = context.clock()
  if (!isOverdue(record, now)) return record
  const guard = { status: ['pending', 'scanned', 'confirmed'] as const, overdueAt: now }
  const [moved, current] = await context.store.write(
    async (tx) => {
      const expired = await tx.tickets.move(record.id, guard, { status: 'expired', proof: null })
      return [expired, expired ?? (await tx.tickets.find(record.id))] as const
    },
    { ticket: record.id },
  )
  if (moved) context.announce(moved)
  return current ?? record
}

/**
 * The page gives its ticket up. Idempotent; what has ended stays as it ended, and a confirmed login stays confirmed.
 * False: unknown, or another browser's.
 */
export async function cancel(context: LoginContext, visitor: Visitor): Promise<boolean> {
  const claims = ownTicket(context, visitor.ticketId, visitor.secret)
  if (!claims) return false
  const ended = { status: 'expired', reason: 'cancelled', proof: null } as const
  const fresh = { ...freshRecord(context, claims, visitor), ...ended }
  const now = context.clock()
  const moved = await context.store.write(async (tx) => {
    if (fresh.expiresAt > now && (await tx.tickets.insert(fresh))) return fresh
    return tx.tickets.move(claims.id, { status: ['pending', 'scanned'], aliveAt: now }, ended)
  })
  if (moved) context.announce(moved)
  return true
}

function freshRecord(context: LoginContext, claims: TicketClaims, { device, returnTo }: Visit): TicketRecord {
  return {
    id: claims.id,
    method: claims.method,
    appKey: appOf(context, claims).key,
    status: 'pending',
    version: 1,
    createdAt: claims.createdAt,
    expiresAt: endOfUnheard(claims),
    returnTo,
    device,
    phoneHash: null,
    proof: null,
    scannedBy: null,
    explicit: false,
    matchTries: 0,
    accountId: null,
    reason: null,
    attemptHash: null,
    redeemedAt: null,
    code: null,
  }
}
