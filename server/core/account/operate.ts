// What an operator may do to an account.
import type { AdminRefusal } from '#shared/admin.js'
import { AN_OPERATOR, noteEnded } from '../audit.js'
import type { AccountRecord, Store, Tx, Who } from '../ports.js'
import { inTransaction } from '../transaction.js'
import { familyOf, holdAccount } from './account.js'
import { type Ended, endConfirmed, NOTHING_ENDED } from './ended.js'

/** Why an order was not carried out: a sentence for the operator, and a word for the console, which has its own sentences. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused'
  readonly why: AdminRefusal
  /** What the word is about: another merge, for one. */
  readonly about: string | null

  constructor(message: string, why: AdminRefusal = 'other', about: string | null = null) {
    super(message)
    this.why = why
    this.about = about
  }
}

export interface Carried {
  readonly account: AccountRecord
  /** What ended with it. */
  readonly ended: Ended
}

/** The account signs in nowhere any more, and is signed out everywhere. @throws OrderRefused */
export async function disableAccount(store: Store, id: string, at: number, who = AN_OPERATOR): Promise<Carried> {
  return inTransaction(store, async (tx) => {
    const account = await holdLiving(tx, id)
    await tx.accounts.setStatus(account.id, 'disabled')
    const tickets = await endConfirmed(tx, await familyOf(tx, account.id), 'account_disabled')
    const accountId = account.id
    await tx.audit.append({ act: 'disabled', at, who, accountId })
    const sessions = await tx.sessions.endOf(accountId, at)
    await noteEnded(tx, sessions, { accountId, at, who, reason: 'disabled' })
    return { account: { ...account, status: 'disabled' }, ended: { sessions, tickets } }
  })
}

/** Undoes `disableAccount`; nobody is signed in by it. @throws OrderRefused */
export async function enableAccount(store: Store, id: string, at: number, who = AN_OPERATOR): Promise<Carried> {
  return inTransaction(store, async (tx) => {
    const account = await holdLiving(tx, id)
    await tx.accounts.setStatus(account.id, 'active')
    await tx.audit.append({ act: 'enabled', at, who, accountId: account.id })
    return { account: { ...account, status: 'active' }, ended: NOTHING_ENDED }
  })
}

/** Signs the account out everywhere. @throws OrderRefused */
export async function endSessions(store: Store, id: string, at: number, who = AN_OPERATOR): Promise<Carried> {
  return inTransaction(store, async (tx) => {
    const account = await holdLiving(tx, id)
    const sessions = await tx.sessions.endOf(account.id, at)
    await noteEnded(tx, sessions, { accountId: account.id, at, who, reason: 'ordered' })
    return { account, ended: { sessions, tickets: [] } }
  })
}

/** Ends one session of the account. @throws OrderRefused */
export async function endOneSession(
  store: Store,
  { account: id, session }: { readonly account: string; readonly session: string },
  at: number,
  who: Who,
): Promise<Carried> {
  return inTransaction(store, async (tx) => {
    const account = await holdLiving(tx, id)
    const own = (await tx.sessions.ofAccount(account.id, at)).some((one) => one.id === session)
    const ended = own ? await tx.sessions.end(session, at) : null
    if (!ended) throw new OrderRefused(`${account.id} has no session ${session} any more.`, 'no_session')
    await noteEnded(tx, [session], { accountId: account.id, at, who, reason: 'ordered' })
    return { account, ended: { sessions: [session], tickets: [] } }
  })
}

/** The account that an id means today, held. @throws OrderRefused, LostRace */
export async function holdLiving(tx: Tx, id: string): Promise<AccountRecord> {
  const account = await holdAccount(tx, id)
  if (!account) throw new OrderRefused(`There is no account ${id}.`, 'no_account')
  if (account.status === 'deleted') throw new OrderRefused(`The account ${account.id} was deleted.`, 'deleted')
  return account
}
