// WeChat's answer comes back. Everything that can be refused is refused before WeChat is asked; one arrival of a state
// does the work, every other one gets its outcome.
import type { Reason, TicketStatus } from '#shared/ticket.js'
import { AppError } from '../errors.js'
import { sha256, sha256Of } from '../keyring.js'
import type { CallbackOutcome, CallbackRecord, Device, TicketRecord, WechatApp } from '../ports.js'
import { CALLBACK_MS, pendingMs } from '../ticket/lifetime.js'
import { holderOf, isSilent, type StateClaims, type StatePurpose } from '../ticket/state.js'
import { appTag } from '../ticket/ticket-id.js'
import type { LoginContext } from './context.js'
import { alive, outcomeOf } from './interrupted.js'
import { enterSilently } from './official.js'
import { askWechat, reasonOf } from './prove.js'
import { confirmAtOnce, fail, leaveAsIs, type Move, scanned } from './resolve.js'
import { refuse, sceneOpened } from './scene.js'
import { rowOf, settle } from './watch.js'

export interface CallbackInput {
  /** The app named by the path. */
  readonly app: WechatApp
  readonly state: string
  /** Null when WeChat sent none: the person refused. */
  readonly code: string | null
  /** What the PC's and the phone's cookie of this browser hold. */
  readonly browserSecret: string | null
  readonly phoneSecret: string | null
  readonly device: Device
  /** Where the ticket leads if this callback is the first to give it a row. */
  readonly returnToOf: (ticketId: string) => string
}

export interface CallbackResult extends CallbackOutcome {
  readonly purpose: StatePurpose
  readonly ticketId: string
}

/** The statuses in which a ticket takes an answer to this purpose. */
const OPEN: Readonly<Record<StatePurpose, readonly TicketStatus[]>> = {
  website: ['pending'],
  relay_base: ['pending', 'scanned'],
  relay_explicit: ['scanned'],
  official_base: ['pending'],
  official_explicit: ['pending'],
  scene_base: ['scanned'],
  scene_explicit: ['scanned'],
}

/** Older WeChat clients send this in place of a code when the person refuses. */
const REFUSED_CODE = 'authdeny'
/** A person who goes back and forth between phone and WeChat uses three or four states. */
const CALLBACKS_A_TICKET = 10

/** True when this browser holds the kind of cookie that the state was made for: without it, nothing is exchanged. */
export function holdsCookieFor(
  context: LoginContext,
  input: Omit<CallbackInput, 'app' | 'code' | 'device' | 'returnToOf'>,
) {
  return secretFor(context.states.purposeOf(input.state), input) !== null
}

function secretFor(
  purpose: StatePurpose | null,
  { browserSecret, phoneSecret }: Pick<CallbackInput, 'browserSecret' | 'phoneSecret'>,
): string | null {
  if (purpose === null) return null
  return holderOf(purpose) === 'browser' ? browserSecret : phoneSecret
}

/**
 * Resolves a ticket with WeChat's answer.
 * @throws AppError `state_invalid` (not made for this browser and this path), `state_expired`, `code_used`,
 *   `scanned_elsewhere`, `ticket_over`, `ticket_unknown`
 */
export async function callback(context: LoginContext, input: CallbackInput): Promise<CallbackResult> {
  const { claims, secret } = readState(context, input)
  const stateHash = sha256(input.state)
  const closed = await closedTo(context, claims)
  if (closed) {
    const known = await context.store.read.callbacks.find(stateHash)
    if (known) return result(claims, await outcomeOf(context, known))
    throw closed
  }

  const code = input.code === REFUSED_CODE ? null : input.code
  const phoneHash = holderOf(claims.purpose) === 'browser' ? null : sha256(secret)
  const record: CallbackRecord = {
    stateHash,
    codeHash: code === null ? null : sha256Of(input.app.key, code),
    phoneHash,
    ticketId: claims.ticket.id,
    startedAt: context.clock(),
    beat: 0,
    outcome: null,
  }
  const claimed = await claim(context, record, claims, input)
  if (!claimed) return lateArrival(context, claims, record)

  return alive(context, stateHash, async () => {
    const move: Move = { ticket: await settle(context, claimed), stateHash, phoneHash }
    if (code !== null) return result(claims, await resolve(context, claims.purpose, input.app, code, move))
    const refused = claims.purpose === 'scene_base' ? refuse : denied
    return result(claims, await refused(context, move, 'refused_on_phone'))
  })
}

/** Why a state that has not been used yet cannot be used any more, or cannot now. */
async function closedTo(context: LoginContext, { purpose, ticket }: StateClaims): Promise<unknown> {
  const until = ticket.createdAt + Math.max(CALLBACK_MS, pendingMs(ticket.method))
  if (until <= context.clock()) return new AppError('state_expired')
  // It may be the first that gives its ticket a row.
  if (holderOf(purpose) === 'browser') return context.room.take().catch((full: unknown) => full)
  return null
}

/**
 * The ticket, for the one arrival that may ask WeChat; null for every other. One transaction, in which the ticket of a
 * browser that has left for WeChat gets its row. Exact with one writer; with many, arrivals of the same instant may pass
 * the count together.
 * @throws AppError `ticket_over` when this ticket has been asked about so often that no person can be behind it:
 *   everybody who sees a code can open its link · `ticket_unknown`, `scanned_elsewhere`
 */
async function claim(
  context: LoginContext,
  record: CallbackRecord,
  { purpose, ticket: claims }: StateClaims,
  input: CallbackInput,
): Promise<TicketRecord | null> {
  const visit = { device: input.device, returnTo: input.returnToOf(claims.id) }
  return context.store.write(
    async (tx) => {
      if (!(await tx.callbacks.claim(record))) return null
      if ((await tx.callbacks.count(claims.id)) > CALLBACKS_A_TICKET) throw new AppError('ticket_over')
      if (holderOf(purpose) === 'browser') return rowOf(tx, context, claims, visit)
      const ticket = await tx.tickets.find(claims.id)
      if (!ticket) throw new AppError('ticket_unknown')
      if (ticket.phoneHash !== null && ticket.phoneHash !== record.phoneHash) throw new AppError('scanned_elsewhere')
      return ticket
    },
    { callback: record, ticket: claims.id },
  )
}

function denied(context: LoginContext, move: Move, reason: Reason): Promise<CallbackOutcome> {
  return fail(context, move, 'denied', reason)
}

function readState(context: LoginContext, input: CallbackInput): { claims: StateClaims; secret: string } {
  const secret = secretFor(context.states.purposeOf(input.state), input)
  const claims = secret === null ? null : context.states.read(input.state, secret)
  if (!claims || secret === null || claims.ticket.appTag !== appTag(input.app.key)) throw new AppError('state_invalid')
  return { claims, secret }
}

async function resolve(
  context: LoginContext,
  purpose: StatePurpose,
  app: WechatApp,
  code: string,
  move: Move,
): Promise<CallbackOutcome> {
  if (!OPEN[purpose].includes(move.ticket.status)) return leaveAsIs(context, move)
  try {
    const proof = await askWechat(context, app, code, purpose)
    if ('reason' in proof) return await endWith(context, move, purpose, proof.reason)
    if (purpose === 'scene_base' || purpose === 'scene_explicit') {
      return await sceneOpened(context, move, app, proof, !isSilent(purpose))
    }
    if (purpose === 'official_base') return await enterSilently(context, move, app, proof)
    return holderOf(purpose) === 'browser'
      ? await confirmAtOnce(context, move, proof)
      : await scanned(context, move, proof, !isSilent(purpose))
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === null) context.log.error('callback.broken', { ticket: move.ticket.id, error })
    return endWith(context, move, purpose, reason ?? 'interrupted')
  }
}

/** What goes wrong with whoever opens the link in a `scene` reply is not the scanner's business, unless it is they. */
function endWith(context: LoginContext, move: Move, purpose: StatePurpose, reason: Reason): Promise<CallbackOutcome> {
  const proven = move.phoneHash !== null && move.ticket.phoneHash === move.phoneHash
  if (purpose.startsWith('scene') && !proven) return refuse(context, move, reason)
  return fail(context, move, 'failed', reason)
}

/** Somebody else holds the state or the code: with the state, their outcome is ours; with the code alone, nothing is. */
async function lateArrival(
  context: LoginContext,
  claims: StateClaims,
  record: CallbackRecord,
): Promise<CallbackResult> {
  const winner = await context.store.read.callbacks.find(record.stateHash)
  if (!winner) throw new AppError('code_used', { details: { ticket: record.ticketId } })
  return result(claims, await outcomeOf(context, winner))
}

/** @throws AppError `scanned_elsewhere`: the ticket is another phone's, and its end is not this phone's to see */
function result(claims: StateClaims, outcome: CallbackOutcome): CallbackResult {
  if (outcome.reason === 'scanned_elsewhere') throw new AppError('scanned_elsewhere')
  return { ...outcome, purpose: claims.purpose, ticketId: claims.ticket.id }
}
