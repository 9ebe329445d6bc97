// The confirmation on the phone (`relay`, `scene`): what is being asked, and the answer. Only the phone that scanned may give it.
import type { PersonView, Reason, TicketStatus } from '#shared/ticket.js'
import { type Asked, consentDueBy, lacksConsent, noteConsent } from '../account/consent.js'
import { AppError } from '../errors.js'
import { signIn } from '../identity/sign-in.js'
import { sha256 } from '../keyring.js'
import type { Device, TicketRecord, Tx } from '../ports.js'
import { CONFIRMED_MS, presentPerson } from '../ticket/lifetime.js'
import { MATCH_TRIES, matchNumberIs } from '../ticket/match-number.js'
import type { TicketClaims } from '../ticket/ticket-id.js'
import { inTransaction, LostRace } from '../transaction.js'
import type { LoginContext } from './context.js'
import { isElsewhere } from './elsewhere.js'
import { authorizeUrl } from './phone.js'
import { noteRefusal } from './refusal.js'
import { settle } from './watch.js'

export interface Question {
  readonly status: TicketStatus
  readonly reason: Reason | null
  readonly device: Device
  readonly requestedAt: number
  readonly serverTime: number
  readonly expiresAt: number
  readonly person: PersonView | null
  /** WeChat's consent page, when it must be visited before confirming. */
  readonly needsExplicit: string | null
  /** The version of the site's agreement that the person has to agree to by confirming; null: nothing is asked. */
  readonly consent: string | null
  /** The machine that waits is elsewhere than this person's earlier logins. */
  readonly elsewhere: boolean
}

/**
 * What the phone is asked to allow. Changes nothing but writing down an expiry that has passed.
 * @throws AppError `ticket_unknown` for every phone but the one that scanned
 */
export async function readQuestion(context: LoginContext, ticketId: string, secret: string | null): Promise<Question> {
  const found = await findForPhone(context, ticketId, secret)
  if (found.holder !== 'this phone') throw new AppError('ticket_unknown')
  const { claims, record, phoneSecret } = found
  const asks = record.status === 'scanned' && !record.explicit
  return {
    status: record.status,
    reason: record.reason,
    device: record.device,
    requestedAt: record.createdAt,
    serverTime: context.clock(),
    expiresAt: record.expiresAt,
    person: presentPerson(record.scannedBy, context.avatarLink),
    needsExplicit: asks ? authorizeUrl(context, claims, phoneSecret, 'explicit') : null,
    consent: record.status === 'scanned' ? await dueBy(context, record) : null,
    elsewhere: record.status === 'scanned' && (await isElsewhere(context, record)),
  }
}

export interface Answer {
  readonly decision: 'confirm' | 'deny'
  readonly matchNumber: string | undefined
  /** The version of the site's agreement that the person has ticked. */
  readonly consent?: string | undefined
}

/**
 * Carries out the person's decision, once. Repeating the same decision from the same phone is harmless.
 * @returns the ticket's status afterwards
 * @throws AppError `ticket_unknown`, `scanned_elsewhere`, `ticket_expired`, `ticket_over`, `explicit_required`,
 *   `consent_required`, `match_number_wrong` (the third one ends the ticket), `login_failed`
 */
export async function decideOnPhone(
  context: LoginContext,
  ticketId: string,
  secret: string | null,
  answer: Answer,
): Promise<TicketStatus> {
  const found = await findForPhone(context, ticketId, secret)
  if (found.holder === 'another phone') throw new AppError('scanned_elsewhere')
  if (found.holder === 'nobody') throw new AppError('ticket_unknown')
  const { claims, record: seen } = found
  const asked: Asked = { due: await dueBy(context, seen), given: answer.consent }
  const { moved, after } = await inTransaction(
    context.store,
    async (tx) => {
      const record = await tx.tickets.find(claims.id)
      if (!record) throw new LostRace()
      const step = await answerIn(context, tx, claims, record, { ...answer, asked })
      if (step.kind === 'stands') return { moved: null, after: step }
      const moved = await tx.tickets.move(record.id, { status: ['scanned'], version: record.version }, step.patch)
      if (!moved) throw new LostRace()
      return { moved, after: step }
    },
    { ticket: claims.id, ...(seen.proof && { proof: seen.proof }) },
  )
  if (moved) context.announce(moved)
  if (after.refusal) throw new AppError(after.refusal)
  return moved?.status ?? after.status
}

type Step =
  | { readonly kind: 'stands'; readonly status: TicketStatus; readonly refusal: Refusal | null }
  | { readonly kind: 'move'; readonly status: TicketStatus; readonly patch: Patch; readonly refusal: Refusal | null }
type Refusal =
  | 'ticket_expired'
  | 'ticket_over'
  | 'explicit_required'
  | 'consent_required'
  | 'match_number_wrong'
  | 'login_failed'
type Patch = Parameters<Tx['tickets']['move']>[2]

async function answerIn(
  context: LoginContext,
  tx: Tx,
  claims: TicketClaims,
  record: TicketRecord,
  { decision, matchNumber, asked }: Answer & { asked: Asked },
): Promise<Step> {
  const stands = (refusal: Refusal | null): Step => ({ kind: 'stands', status: record.status, refusal })
  const move = (patch: Patch, refusal: Refusal | null = null): Step => ({
    kind: 'move',
    status: patch.status ?? record.status,
    patch,
    refusal,
  })

  if (record.status !== 'scanned') {
    const done = decision === 'deny' ? ['denied'] : ['confirmed', 'redeemed']
    if (done.includes(record.status)) return stands(null)
    return stands(record.status === 'expired' ? 'ticket_expired' : 'ticket_over')
  }
  const now = context.clock()
  if (record.expiresAt <= now) return stands('ticket_expired')
  if (decision === 'deny') {
    await noteRefusal(context, tx, record, 'refused_on_phone')
    return move({ status: 'denied', reason: 'refused_on_phone', proof: null })
  }
  if (!record.explicit || !record.proof) return stands('explicit_required')
  // Before the number, so that whoever forgot to tick has not lost a try.
  if (lacksConsent(asked)) return stands('consent_required')
  if (!matchNumberIs(context.keyring, claims, matchNumber)) {
    const matchTries = record.matchTries + 1
    const over = { status: 'failed', reason: 'match_number_wrong', proof: null } as const
    await noteRefusal(context, tx, record, 'match_number_wrong')
    return move(matchTries < MATCH_TRIES ? { matchTries } : { matchTries, ...over }, 'match_number_wrong')
  }
  const signedIn = await signIn(tx, context.random, record.proof, record)
  if (!signedIn.ok) return move({ status: 'failed', reason: signedIn.reason, proof: null }, 'login_failed')
  const { accountId } = signedIn
  const { method, appKey } = record
  await noteConsent(tx, asked, { accountId, givenAt: now, method, appKey })
  const expiresAt = now + CONFIRMED_MS
  return move({ status: 'confirmed', accountId, expiresAt, proof: null })
}

/** What the person who scanned has still to agree to. */
async function dueBy(context: LoginContext, { proof }: TicketRecord): Promise<string | null> {
  return proof ? consentDueBy(context, proof) : context.agreementVersion
}

type Found =
  | { readonly holder: 'nobody' }
  | { readonly holder: 'another phone' }
  | {
      readonly holder: 'this phone'
      readonly claims: TicketClaims
      readonly record: TicketRecord
      readonly phoneSecret: string
    }

async function findForPhone(context: LoginContext, ticketId: string, secret: string | null): Promise<Found> {
  const claims = secret === null ? null : context.ticketIds.read(ticketId)
  const stored = claims && (await context.store.read.tickets.find(claims.id))
  if (!claims || !stored || secret === null || stored.phoneHash === null) return { holder: 'nobody' }
  if (stored.phoneHash !== sha256(secret)) return { holder: 'another phone' }
  return { holder: 'this phone', claims, record: await settle(context, stored), phoneSecret: secret }
}
