// What people do to what is theirs: see their sessions, log out, end one, end all others, take their data along, delete
// their account. Each act is one function here.
import { holdAccount, resolveAccount } from '../account/account.js'
import { announceEnded } from '../account/ended.js'
import { deleteAccount } from '../account/erase.js'
import { noteEnded, person } from '../audit.js'
import { AppError } from '../errors.js'
import type { AccountRecord, Device, SessionRecord, Tx } from '../ports.js'
import { inTransaction } from '../transaction.js'
import type { SessionContext } from './context.js'

/** Whose session it is. @throws AppError `signed_out` when that account cannot be used, whatever its sessions say */
export async function ownerOf(
  { store }: Pick<SessionContext, 'store'>,
  session: SessionRecord,
): Promise<AccountRecord> {
  const account = await resolveAccount(store.read, session.accountId)
  if (account?.status !== 'active') throw new AppError('signed_out')
  return account
}

/** All living sessions of this one's account: this one first, then the one used last. @throws AppError `signed_out` */
export async function ownSessions(context: SessionContext, current: SessionRecord): Promise<SessionRecord[]> {
  const { id } = await ownerOf(context, current)
  const found = await context.store.read.sessions.ofAccount(id, context.clock())
  const others = found.filter((session) => session.id !== current.id)
  return [current, ...others.toSorted((one, other) => other.lastSeenAt - one.lastSeenAt)]
}

/** The session that asks ends. @param from the machine that it is asked from, as in all that follows */
export async function logOut(
  { store, bus, clock }: SessionContext,
  current: SessionRecord,
  from: Device,
): Promise<void> {
  const ended = await store.write(async (tx) => {
    const at = clock()
    const record = await tx.sessions.end(current.id, at)
    if (!record) return null
    await noteEnded(tx, [record.id], { accountId: record.accountId, at, who: person(from), reason: 'logout' })
    return record
  })
  if (ended) bus.publish({ topic: 'session', id: ended.id })
}

/**
 * Ends one session of the same account, this one too.
 * @throws AppError `session_unknown` for every id that is made up, ended or somebody else's; `signed_out`
 */
export async function endOwnSession(
  context: SessionContext,
  current: SessionRecord,
  id: string,
  from: Device,
): Promise<void> {
  const { clock, bus } = context
  const ended = await amongOwn(context, current, async (tx, own, accountId) => {
    const at = clock()
    const record = own.some((session) => session.id === id) ? await tx.sessions.end(id, at) : null
    if (!record) return null
    const reason = id === current.id ? 'logout' : 'other_device'
    await noteEnded(tx, [id], { accountId, at, who: person(from), reason })
    return record
  })
  if (!ended) throw new AppError('session_unknown')
  bus.publish({ topic: 'session', id: ended.id })
}

/** Ends every session of the same account but this one. @returns their ids @throws AppError `signed_out` */
export async function endOtherSessions(
  context: SessionContext,
  current: SessionRecord,
  from: Device,
): Promise<readonly string[]> {
  const { clock, bus } = context
  const ended = await amongOwn(context, current, async (tx, _, accountId) => {
    const at = clock()
    const others = await tx.sessions.endOf(accountId, at, { except: current.id })
    return noteEnded(tx, others, { accountId, at, who: person(from), reason: 'other_device' })
  })
  for (const id of ended) bus.publish({ topic: 'session', id })
  return ended
}

/** Deletes the account of the session that asks, with all its sessions. @throws AppError `signed_out` */
export async function deleteOwnAccount(context: SessionContext, current: SessionRecord, from: Device): Promise<void> {
  const { clock, bus } = context
  const ended = await amongOwn(context, current, (tx, _, id) => deleteAccount(tx, id, clock(), person(from)))
  if (ended) announceEnded(bus, ended)
}

/** Records that the person takes their data along. @throws AppError `signed_out` */
export async function noteExport(context: SessionContext, current: SessionRecord, from: Device): Promise<void> {
  await amongOwn(context, current, (tx, _, accountId) =>
    tx.audit.append({ act: 'exported', at: context.clock(), who: person(from), accountId }),
  )
}

/**
 * One transaction on the sessions of an account that is held. Whoever was logged out meanwhile changes nothing any more:
 * a slow request of a thief must not end those who have just ended it, nor their account. @throws AppError `signed_out`
 */
async function amongOwn<T>(
  context: SessionContext,
  current: SessionRecord,
  work: (tx: Tx, own: readonly SessionRecord[], accountId: string) => Promise<T>,
): Promise<T> {
  const { id } = await ownerOf(context, current)
  return inTransaction(context.store, async (tx) => {
    const account = await holdAccount(tx, id)
    const own = account?.status === 'active' ? await tx.sessions.ofAccount(account.id, context.clock()) : []
    if (!account || !own.some((session) => session.id === current.id)) throw new AppError('signed_out')
    return work(tx, own, account.id)
  })
}
