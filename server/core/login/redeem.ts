// The waiting browser collects what the phone confirmed. Only here is a session made.
import { REDEEM_AGAIN_MS } from '#shared/ticket.js'
import { holdAccount, resolveAccount } from '../account/account.js'
import { type Asked, consentDue, lacksConsent, noteConsent } from '../account/consent.js'
import { noteEnded, person } from '../audit.js'
import { AppError } from '../errors.js'
import { mintId } from '../ids.js'
import { sha256Of } from '../keyring.js'
import type { AccountRecord, Device, SessionRecord, TicketRecord, Tx } from '../ports.js'
import { sessionExpiry, sessionHash } from '../session/session.js'
import { presentUnattached } from '../ticket/lifetime.js'
import type { TicketClaims } from '../ticket/ticket-id.js'
import { inTransaction, LostRace } from '../transaction.js'
import type { LoginContext } from './context.js'
import { lookUp, ownTicket, settle } from './watch.js'

export interface RedeemInput {
  readonly ticketId: string
  readonly secret: string | null
  /** The page's own random text, the same in every repetition of this redeem. */
  readonly attempt: string
  /** The version of the site's agreement that the person has just agreed to, if any. */
  readonly consent?: string | undefined
  readonly device: Device
  /** What comes of it: a browser's cookie, or the bearer token of a program that has none. */
  readonly kind: SessionRecord['kind']
  /** Hash of the session this browser has now, if any: it ends in the same commit. */
  readonly previousSession: string | null
}

export interface Redemption {
  /** The new session's id: for the cookie, and for nothing else. */
  readonly sessionId: string
  readonly account: AccountRecord
  readonly returnTo: string
  readonly expiresAt: number
}

/**
 * Turns a confirmed ticket into a session. The ticket's move and the session's row are one commit. The same attempt by
 * the same browser gets the same session again for 60 s, because the first answer may have been lost with a crash: the
 * session's id is derived from ticket, attempt and the browser's secret, so that it need not be stored to be repeated.
 * @throws AppError `ticket_unknown`, `ticket_not_confirmed`, `ticket_redeemed`, `ticket_expired`, `ticket_over`,
 *   `consent_required`: the person has to be asked, and the ticket waits for as long as it would have anyway
 */
export async function redeem(context: LoginContext, input: RedeemInput): Promise<Redemption> {
  const claims = ownTicket(context, input.ticketId, input.secret)
  if (!claims) throw new AppError('ticket_unknown')
  const { stored, now } = await lookUp(context, claims)
  if (!stored) {
    const { status } = presentUnattached(claims, now)
    throw new AppError(status === 'expired' ? 'ticket_expired' : 'ticket_not_confirmed')
  }
  await settle(context, stored)

  // It may be confirmed before the transaction begins: until we know whose it is, nobody has agreed.
  const due = stored.accountId === null ? context.agreementVersion : await consentDue(context, stored.accountId)
  const asked: Asked = { due, given: input.consent }
  const attemptHash = sha256Of(claims.id, input.attempt)
  const sessionId = deriveSessionId(context, claims, input)
  const { redemption, moved, ended } = await inTransaction(
    context.store,
    async (tx) => {
      const record = await tx.tickets.find(claims.id)
      if (!record) throw new LostRace()
      if (record.status === 'redeemed') {
        return { redemption: await repeat(context, tx, record, attemptHash, sessionId), moved: null, ended: null }
      }
      return firstTime(context, tx, record, input, { asked, attemptHash, sessionId })
    },
    { ticket: claims.id, account: stored.accountId, session: sessionHash(sessionId) },
  )
  if (moved) {
    context.announce(moved)
    context.meter?.loggedIn(moved.method)
  }
  if (ended) context.bus.publish({ topic: 'session', id: ended.id })
  return redemption
}

async function firstTime(
  context: LoginContext,
  tx: Tx,
  record: TicketRecord,
  input: RedeemInput,
  { asked, attemptHash, sessionId }: { asked: Asked; attemptHash: string; sessionId: string },
): Promise<{ redemption: Redemption; moved: TicketRecord; ended: SessionRecord | null }> {
  if (record.status === 'expired') throw new AppError('ticket_expired')
  if (record.status === 'pending' || record.status === 'scanned') throw new AppError('ticket_not_confirmed')
  if (record.status !== 'confirmed' || record.accountId === null) throw new AppError('ticket_over')
  const account = await holdAccount(tx, record.accountId)
  if (account?.status !== 'active') throw new AppError('ticket_over', { details: { why: 'account not active' } })
  if (lacksConsent(asked)) throw new AppError('consent_required', { details: { version: asked.due } })

  const now = context.clock()
  const guard = { status: ['confirmed'], version: record.version } as const
  const moved = await tx.tickets.move(record.id, guard, { status: 'redeemed', attemptHash, redeemedAt: now })
  if (!moved) throw new LostRace()
  const previous = input.previousSession === null ? null : await tx.sessions.find(input.previousSession, now)
  const ended = previous && (await tx.sessions.end(previous.id, now))
  const expiresAt = sessionExpiry(context.sessionLimits, now, now)
  const who = person(input.device)
  if (ended) await noteEnded(tx, [ended.id], { accountId: ended.accountId, at: now, who, reason: 'replaced' })
  const id = mintId('ses', context.random)
  const inserted = await tx.sessions.insert({
    hash: sessionHash(sessionId),
    id,
    accountId: account.id,
    kind: input.kind,
    method: record.method,
    appKey: record.appKey,
    device: input.device,
    createdAt: now,
    lastSeenAt: now,
    expiresAt,
    renewal: null,
  })
  if (!inserted) throw new Error('A session id was derived twice.')
  const { method, appKey } = record
  await noteConsent(tx, asked, { accountId: account.id, givenAt: now, method, appKey })
  await tx.audit.append({ at: now, act: 'login', who, accountId: account.id, method, appKey, subject: id })
  return { redemption: { sessionId, account, returnTo: record.returnTo, expiresAt }, moved, ended }
}

async function repeat(
  context: LoginContext,
  tx: Tx,
  record: TicketRecord,
  attemptHash: string,
  sessionId: string,
): Promise<Redemption> {
  const now = context.clock()
  const inTime = record.redeemedAt !== null && now < record.redeemedAt + REDEEM_AGAIN_MS
  const session =
    inTime && record.attemptHash === attemptHash ? await tx.sessions.find(sessionHash(sessionId), now) : null
  const account = session && (await resolveAccount(tx, session.accountId))
  if (!session || account?.status !== 'active') throw new AppError('ticket_redeemed')
  return { sessionId, account, returnTo: record.returnTo, expiresAt: session.expiresAt }
}

/** 256 bits that only the server's key and this browser's secret together can produce. */
function deriveSessionId(context: LoginContext, claims: TicketClaims, { attempt, secret }: RedeemInput): string {
  const material = JSON.stringify([claims.id, attempt, secret])
  return context.keyring.mac('session', Buffer.from(material), claims.keyIndex).toString('base64url')
}
