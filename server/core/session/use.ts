// A request that comes with a session: whether it is good, that it was used, and the new id it may have to be given.
import type { SessionRecord, Tx } from '../ports.js'
import type { SessionContext } from './context.js'
import { knownSuccessor, renewalStep, successorOf } from './renew.js'
import { sessionExpiry, sessionHash, touchEvery } from './session.js'

/** The session that a request claims, and the way it came: a bearer token is no cookie, and a cookie no token. */
export interface ClaimedSession {
  /** What the browser or program holds. */
  readonly sessionId: string
  readonly hash: string
  readonly kind: SessionRecord['kind']
}

export interface UsedSession {
  readonly record: SessionRecord
  /** What the browser is to hold from now on; null: what it holds. */
  readonly newId: string | null
}

/** The living session that is claimed, if it is of the kind that may be claimed this way. */
export async function findClaimed(
  { store, clock }: Pick<SessionContext, 'store' | 'clock'>,
  { hash, kind }: Pick<ClaimedSession, 'hash' | 'kind'>,
): Promise<SessionRecord | null> {
  const record = await store.read.sessions.find(hash, clock())
  return record?.kind === kind ? record : null
}

/**
 * The same for a request that may be answered with a new id. Activity is noted every few minutes at most: most checks of
 * a session are one read. Null when there is no such session, or it ended meanwhile.
 */
export async function useSession(context: SessionContext, claimed: ClaimedSession): Promise<UsedSession | null> {
  const { store, clock, limits } = context
  const found = await findClaimed(context, claimed)
  if (!found) return null
  const now = clock()
  const stale = now - found.lastSeenAt >= touchEvery(limits)
  const step = renewalStep(found, claimed.hash, now)
  const writes = stale || step === 'begin' || step === 'take'
  const record = writes ? await store.write((tx) => note(tx)) : found
  return record && { record, newId: newIdOf(record) }

  async function note(tx: Tx): Promise<SessionRecord | null> {
    const { id, createdAt } = found as SessionRecord
    if (stale) await tx.sessions.touch(id, now, sessionExpiry(limits, createdAt, now))
    if (step === 'take') await tx.sessions.takeId(id, claimed.hash, now)
    if (step === 'begin') {
      const successor = successorOf(context.keyring, claimed.sessionId)
      await tx.sessions.renewId(id, claimed.hash, sessionHash(successor))
    }
    // Whatever became of it in between: ended, or renewed by a request beside this one.
    return tx.sessions.find(claimed.hash, now)
  }

  function newIdOf({ hash, renewal }: SessionRecord): string | null {
    const old = renewal?.previousHash === claimed.hash
    return old ? knownSuccessor(context.keyring, claimed.sessionId, hash) : null
  }
}
