// Accounts as others see them, and the one way from an id, however old, to the living account.
import type { AccountView } from '#shared/api.js'
import type { AccountRecord, Reads, Tx } from '../ports.js'
import { LostRace } from '../transaction.js'

/** The account that an id stands for today: itself, or the survivor it was merged into. Null when unknown. */
export async function resolveAccount(read: Pick<Reads, 'accounts'>, id: string): Promise<AccountRecord | null> {
  const account = await read.accounts.find(id)
  return account?.mergedInto ? read.accounts.find(account.mergedInto) : account
}

/**
 * The same for a transaction that gives the account something: held, so that no merge passes it by.
 * @throws LostRace when it was merged away in between
 */
export async function holdAccount(tx: Tx, id: string): Promise<AccountRecord | null> {
  const seen = await resolveAccount(tx, id)
  if (!seen || !(await tx.accounts.lock([seen.id]))) return seen
  const account = await tx.accounts.find(seen.id)
  if (account?.mergedInto) throw new LostRace()
  return account
}

/** The only way in which an account reaches the wire. */
export function presentAccount({ id, nickname, avatarUrl, createdAt }: AccountRecord): AccountView {
  return { id, nickname, avatarUrl, createdAt }
}
