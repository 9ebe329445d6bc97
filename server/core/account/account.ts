// Accounts as others see them (the only ways in which one reaches the wire), and the one way from an id, however old, to the
// living account.
import type { AccountView } from '#shared/api.js'
import type { AccountRecord, IdentityRecord, Openid, Proof, Reads, Tx } from '../ports.js'
import { LostRace } from '../transaction.js'
import type { AvatarLinks } from './avatar-links.js'

/** The account that an id stands for today: itself, or the survivor it was merged into. Null when unknown. */
export async function resolveAccount(read: Pick<Reads, 'accounts'>, id: string): Promise<AccountRecord | null> {
  const account = await read.accounts.find(id)
  return account?.mergedInto ? read.accounts.find(account.mergedInto) : account
}

/** The id of the account that a proof leads to, by its openid or else its unionid; null for a stranger. */
export async function accountOfProof(read: Pick<Reads, 'identities'>, proof: Proof): Promise<string | null> {
  const identity = await read.identities.find(proof.appid, proof.openid)
  if (identity) return identity.accountId
  return proof.unionid && read.identities.accountOfUnionid(proof.platform, proof.unionid)
}

/** An account with all that was merged into it, itself first. @param id as it is called today */
export async function familyOf(read: Pick<Reads, 'accounts'>, id: string): Promise<string[]> {
  return [id, ...(await read.accounts.tombstonesOf(id))]
}

/**
 * The same as `resolveAccount` for a transaction that gives the account something or takes it: held, so that no merge passes it by.
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

/** An account as the operator's own back end sees it: with the address that WeChat gave for the picture. */
export function presentAccount({ id, nickname, avatarUrl, createdAt }: AccountRecord): AccountView {
  return { id, nickname, avatarUrl, createdAt }
}

/** An account as whoever is signed in sees it: their page gets the picture from us. */
export function presentOwnAccount(account: AccountRecord, { link }: Pick<AvatarLinks, 'link'>): AccountView {
  return { ...presentAccount(account), avatarUrl: link(account.avatarUrl) }
}

/** An account as the console shows it: in the same way, and whether it may sign in. */
export function presentToOperator(
  account: AccountRecord,
  links: Pick<AvatarLinks, 'link'>,
): AccountView & Pick<AccountRecord, 'status'> {
  return { ...presentOwnAccount(account, links), status: account.status }
}
