// Who may operate: whose account has the role now. Asked anew for each request, so that a role that is taken is gone at once.
import { familyOf, resolveAccount } from '../account/account.js'
import { NOTHING_ENDED } from '../account/ended.js'
import { type Carried, holdLiving, OrderRefused } from '../account/operate.js'
import { AppError } from '../errors.js'
import type { AccountRecord, Device, SessionRecord, Store, Tx, Who } from '../ports.js'
import { inTransaction } from '../transaction.js'

/** Somebody who operates, as the console knows them. */
export interface Operator {
  readonly account: AccountRecord
  readonly session: SessionRecord
  readonly who: Who
}

/** What cannot be taken back easily is done only so soon after a login: a machine left alone does less harm. */
export const FRESH_MS = 12 * 3_600_000

/** The operator behind a browser's session; null for everybody else. A program's token opens nothing here. */
export async function operatorOf(
  { read }: Pick<Store, 'read'>,
  session: SessionRecord,
  from: Device,
): Promise<Operator | null> {
  if (session.kind !== 'browser') return null
  const account = await resolveAccount(read, session.accountId)
  if (account?.status !== 'active' || !(await read.operators.has(account.id))) return null
  return { account, session, who: { actor: 'operator', name: account.id, device: from } }
}

/** @throws AppError `signed_out` when the operator signed in too long ago for what they want to do */
export function demandFresh({ session }: Operator, now: number): void {
  if (now - session.createdAt > FRESH_MS) throw new AppError('signed_out')
}

/** Gives an account the role. @param grantedBy the operator's account, if they have one @throws OrderRefused */
export async function grantRole(
  store: Store,
  id: string,
  at: number,
  who: Who,
  grantedBy: string | null = null,
): Promise<Carried> {
  return inTransaction(store, async (tx) => {
    const account = await holdLiving(tx, id)
    if (await tx.operators.has(account.id)) throw new OrderRefused(`${account.id} is an operator already.`, 'has_role')
    await tx.operators.grant({ accountId: account.id, grantedAt: at, grantedBy })
    await tx.audit.append({ act: 'operator_granted', at, who, accountId: account.id })
    return { account, ended: NOTHING_ENDED }
  })
}

/**
 * Takes the role from an account, however it came to it. `last`: also from the last one who can operate. On the machine
 * that does no harm, for whoever is there can give it again; at the console nobody could.
 * @throws OrderRefused
 */
export async function revokeRole(
  store: Store,
  id: string,
  at: number,
  who: Who,
  { last = false } = {},
): Promise<Carried> {
  return inTransaction(store, async (tx) => {
    const account = await holdLiving(tx, id)
    if (!last && (await isLast(tx, account.id))) {
      throw new OrderRefused(`${account.id} is the last operator: make somebody else one first.`, 'last_operator')
    }
    if (!(await tx.operators.revoke(await familyOf(tx, account.id)))) {
      throw new OrderRefused(`${account.id} is no operator.`, 'no_role')
    }
    await tx.audit.append({ act: 'operator_revoked', at, who, accountId: account.id })
    return { account, ended: NOTHING_ENDED }
  })
}

/** Whether this account operates and no other that can sign in does. Those who do are held: two cannot each be the other's rest. */
async function isLast(tx: Tx, id: string): Promise<boolean> {
  let operates = false
  for (const { accountId } of await tx.operators.hold()) {
    const account = await resolveAccount(tx, accountId)
    if (account?.id === id) operates = true
    else if (account?.status === 'active') return false
  }
  return operates
}
