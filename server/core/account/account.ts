// Accounts as others see them, and the one way from an id, however old, to the living account.
import type { AccountView } from '#shared/api.js'
import type { AccountRecord, IdentityRecord, Openid, Reads, Tx } from '../ports.js'
import { LostRace } from '../transaction.js'

/** The account that an id stands for today: itself, or the survivor it was merged into. Null when unknown. */
export async function resolveAccount(read: Pick<Reads, 'accounts'>, id: string): Promise<AccountRecord | null> {
  const account = await read.accounts.find(id)
  return account?.mergedInto ? read.accounts.find(account.mergedInto) : account
}

/**
 * The same for a transaction that gives the account something or takes it: held, so that no merge passes it by.
 * @throws LostRace when the id has come to stand for another account in between, by a merge or by one undone
 */
export async function holdAccount(tx: Tx, id: string): Promise<AccountRecord | null> {
  const seen = await resolveAccount(tx, id)
  if (!seen || !(await tx.accounts.lock([seen.id]))) return seen
  const account = await resolveAccount(tx, id)
  if (account?.id !== seen.id) throw new LostRace()
  return account
}

/** An identity and its account, which is held. Null when there is none. @throws LostRace as `holdAccount` */
export async function holdOwner(
  tx: Tx,
  appid: string,
  openid: Openid,
): Promise<{ readonly identity: IdentityRecord; readonly account: AccountRecord } | null> {
  const seen = await tx.identities.find(appid, openid)
  const account = seen && (await holdAccount(tx, seen.accountId))
  const identity = account && (await tx.identities.find(appid, openid))
  if (!identity) return null
  if (identity.accountId !== account.id) throw new LostRace()
  return { identity, account }
}

/** The only way in which an account reaches the wire. */
export function presentAccount({ id, nickname, avatarUrl, createdAt }: AccountRecord): AccountView {
  return { id, nickname, avatarUrl, createdAt }
}
