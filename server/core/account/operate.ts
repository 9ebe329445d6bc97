// What an operator may do to an account.
import { AN_OPERATOR, noteEnded } from '../audit.js'
import type { AccountRecord, Store } from '../ports.js'
import { inTransaction } from '../transaction.js'
import { holdAccount } from './account.js'
import { type Ended, endConfirmed, NOTHING_ENDED } from './ended.js'

/** Why an order was not carried out: a sentence for the operator. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused'
}

export interface Carried {
  readonly account: AccountRecord
  /** What ended with it. */
  readonly ended: Ended
}

/** The account signs in nowhere any more, and is signed out everywhere. @throws OrderRefused */
export async function disableAccount(store: Store, id: string, at: number, who = AN_OPERATOR): Promise<Carried> {
  return inTransaction(store, async (tx) => {
    const account = await living(holdAccount(tx, id), id)
    await tx.accounts.setStatus(account.id, 'disabled')
    const family = [account.id, ...(await tx.accounts.tombstonesOf(account.id))]
    const tickets = await endConfirmed(tx, family, 'account_disabled')
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
    const account = await living(holdAccount(tx, id), id)
    await tx.accounts.setStatus(account.id, 'active')
    await tx.audit.append({ act: 'enabled', at, who, accountId: account.id })
    return { account: { ...account, status: 'active' }, ended: NOTHING_ENDED }
  })
}

/** Signs the account out everywhere. @throws OrderRefused */
export async function endSessions(store: Store, id: string, at: number, who = AN_OPERATOR): Promise<Carried> {
  return inTransaction(store, async (tx) => {
    const account = await living(holdAccount(tx, id), id)
    const sessions = await tx.sessions.endOf(account.id, at)
    await noteEnded(tx, sessions, { accountId: account.id, at, who, reason: 'ordered' })
    return { account, ended: { sessions, tickets: [] } }
  })
}

async function living(found: Promise<AccountRecord | null>, id: string): Promise<AccountRecord> {
  const account = await found
  if (!account) throw new OrderRefused(`There is no account ${id}.`)
  if (account.status === 'deleted') throw new OrderRefused(`The account ${account.id} was deleted.`)
  return account
}
