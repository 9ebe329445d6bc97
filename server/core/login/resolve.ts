// What a proof does to a ticket: one transaction that moves the ticket and finishes the callback together.
import type { Reason, TicketStatus } from '#shared/ticket.js'
import { readFacts, signIn } from '../identity/sign-in.js'
import type { CallbackOutcome, Proof, TicketPatch, TicketRecord, Tx, WechatApp } from '../ports.js'
import { CONFIRMED_MS, isOverdue, SCANNED_MS } from '../ticket/lifetime.js'
import { inTransaction, LostRace } from '../transaction.js'
import type { LoginContext } from './context.js'
import { noteRefusal } from './refusal.js'

/** The ticket that a claimed callback is about to move. */
export interface Move {
  readonly ticket: TicketRecord
  readonly stateHash: string
  /** SHA-256 of the phone's secret; null where the callback lands on the PC. */
  readonly phoneHash: string | null
}

/** Nobody by this openid has ever been here, and nothing of them may be kept before they were asked. */
export class Stranger extends Error {}

/**
 * WeChat's own page was the confirmation (`website`, `official`, `sdk`): the account is found, made or merged now.
 * @param strangers `ask`: nobody is made or linked, whatever happened to the account while WeChat was being asked
 * @throws Stranger
 */
export async function confirmAtOnce(
  context: LoginContext,
  move: Move,
  proof: Proof,
  strangers: WechatApp['strangers'] = 'create',
): Promise<CallbackOutcome> {
  return commit(
    context,
    move,
    async (tx) => {
      const signedIn = await signIn(tx, context.random, proof, move.ticket)
      const isNew = signedIn.ok && (signedIn.decision.kind === 'create' || signedIn.decision.kind === 'link')
      if (isNew && strangers === 'ask') throw new Stranger()
      const now = context.clock()
      const guard = { status: ['pending', 'scanned'], phoneHash: null, aliveAt: now } as const
      const patch: TicketPatch = signedIn.ok
        ? { status: 'confirmed', accountId: signedIn.accountId, expiresAt: now + CONFIRMED_MS }
        : { status: 'failed', reason: signedIn.reason }
      const moved = await tx.tickets.move(move.ticket.id, guard, patch)
      // A ticket that ended meanwhile must leave no account behind: the whole transaction goes.
      if (!moved) throw new Overtaken()
      return moved
    },
    proof,
  )
}

/**
 * A phone has shown who holds it (`relay`, `scene`). Looks up, writes no account: that is the confirmation's business. The first
 * phone takes the ticket; its explicit consent may follow.
 */
export async function scanned(
  context: LoginContext,
  move: Move,
  proof: Proof,
  consented: boolean,
): Promise<CallbackOutcome> {
  const { ticket, phoneHash } = move
  return commit(
    context,
    move,
    async (tx) => {
      const facts = await readFacts(tx, proof)
      const account = facts.identity && (await tx.accounts.find(facts.identity.account.id))
      const known = account && account.nickname !== '' ? account : null
      const profile = proof.profile ?? known
      const now = context.clock()
      const stored = await tx.tickets.find(ticket.id)
      const earlier = stored?.proof ?? null
      // The consent must be the same person's who scanned: another WeChat account on this phone ends the attempt.
      const other = earlier !== null && earlier.openid !== proof.openid
      const patch = {
        status: 'scanned',
        phoneHash,
        proof,
        scannedBy: profile && { nickname: profile.nickname, avatarUrl: profile.avatarUrl },
        explicit: consented || !needsConsent(context, proof, facts.identity),
        expiresAt: now + SCANNED_MS,
      } as const
      const version = stored?.version ?? ticket.version
      const first = { status: ['pending'], phoneHash: null, aliveAt: now, version } as const
      const again = { status: ['scanned'], phoneHash, aliveAt: now, version } as const
      // In `scene` the scan came before the phone: the push told whose ticket it is.
      const opened = { status: ['scanned'], phoneHash: null, aliveAt: now, version } as const
      const moved = other
        ? await endOfTicket(tx, ticket.id, phoneHash, 'failed', 'code_rejected')
        : ((await tx.tickets.move(ticket.id, first, patch)) ??
          (await tx.tickets.move(ticket.id, again, patch)) ??
          (await tx.tickets.move(ticket.id, opened, patch)))
      // Changed since it was read, perhaps by this phone's other callback: then that one's proof counts too.
      if (!moved && (await tx.tickets.find(ticket.id))?.version !== version) throw new LostRace()
      if (!moved) throw new Overtaken()
      return moved
    },
    proof,
  )
}

/** Whether WeChat must be asked for more: the unionid where one is to be expected, else a name for a new person. */
function needsConsent(
  context: LoginContext,
  proof: Proof,
  identity: { readonly unionid: string | null } | null,
): boolean {
  const bound = context.apps.find(({ appid }) => appid === proof.appid)?.bound ?? false
  if (!bound) return identity === null
  return proof.unionid === null && (identity?.unionid ?? null) === null
}

/** Ends the ticket, unless it has moved on meanwhile: then that is the outcome. */
export async function fail(
  context: LoginContext,
  move: Move,
  status: Extract<TicketStatus, 'denied' | 'failed'>,
  reason: Reason,
): Promise<CallbackOutcome> {
  return commit(context, move, async (tx) => {
    const moved = await endOfTicket(tx, move.ticket.id, move.phoneHash, status, reason)
    if (!moved) throw new Overtaken()
    await noteRefusal(context, tx, move.ticket, reason)
    return moved
  })
}

/** The ticket is past the step this callback was for: what it is now is the outcome. */
export async function leaveAsIs(
  context: LoginContext,
  { ticket, stateHash, phoneHash }: Move,
): Promise<CallbackOutcome> {
  return context.store.write(async (tx) => {
    const current = await tx.tickets.find(ticket.id)
    const holder = current?.phoneHash ?? null
    const taken = holder !== null && holder !== phoneHash
    const over = current === null || isOverdue(current, context.clock())
    const outcome: CallbackOutcome = taken
      ? { status: 'failed', reason: 'scanned_elsewhere' }
      : { status: over ? 'expired' : current.status, reason: current?.reason ?? null }
    await tx.callbacks.finish(stateHash, outcome)
    return outcome
  })
}

/**
 * Ends an unscanned ticket, or one that this very phone has scanned: no phone ends what another one holds. The phone that
 * ended it may read how it ended.
 */
export async function endOfTicket(
  tx: Tx,
  ticketId: string,
  phoneHash: string | null,
  status: 'denied' | 'failed',
  reason: Reason,
): Promise<TicketRecord | null> {
  const patch = { status, reason, proof: null } as const
  // Where WeChat's page asks, no phone of ours ever holds the ticket.
  if (phoneHash === null) return tx.tickets.move(ticketId, { status: ['pending', 'scanned'], phoneHash: null }, patch)
  const unscanned = await tx.tickets.move(ticketId, { status: ['pending'], phoneHash: null }, { ...patch, phoneHash })
  if (unscanned) return unscanned
  return tx.tickets.move(ticketId, { status: ['scanned'], phoneHash }, patch)
}

/** The ticket ended, or was taken by another phone, while WeChat was being asked. */
class Overtaken extends Error {}

async function commit(
  context: LoginContext,
  move: Move,
  work: (tx: Tx) => Promise<TicketRecord>,
  proof?: Proof,
): Promise<CallbackOutcome> {
  try {
    const moved = await inTransaction(
      context.store,
      async (tx) => {
        const after = await work(tx)
        await tx.callbacks.finish(move.stateHash, { status: after.status, reason: after.reason })
        return after
      },
      { ticket: move.ticket.id, ...(proof && { proof }) },
    )
    context.announce(moved)
    return { status: moved.status, reason: moved.reason }
  } catch (error) {
    if (error instanceof Overtaken) return leaveAsIs(context, move)
    throw error
  }
}
