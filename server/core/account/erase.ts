// Taking things away: a person's account, one of the identities that prove it, a profile that came by one app.
import type { Openid, Tx } from '../ports.js'
import { holdAccount } from './account.js'
import { NO_PROFILE, withoutSource } from './profile.js'

/**
 * The account becomes a tombstone without personal data: its identities and unionids are free, its sessions over, what
 * was merged into it keeps its id and nothing else. Whoever comes back is a new account.
 * @returns the ids of the sessions that ended, for the pages that are open; null when there is no such living account
 */
export async function deleteAccount(tx: Tx, id: string, now: number): Promise<string[] | null> {
  const account = await holdAccount(tx, id)
  if (!account || account.status === 'deleted') return null
  for (const { appid, openid } of await tx.identities.ofAccount(account.id)) await tx.identities.remove(appid, openid)
  await tx.identities.releaseUnproven(account.id)
  const family = [account.id, ...(await tx.accounts.tombstonesOf(account.id))]
  for (const member of family) {
    await tx.accounts.setProfile(member, NO_PROFILE)
    await tx.tickets.forgetScanner(member)
  }
  await tx.identities.dropMerges(family)
  await tx.accounts.setStatus(account.id, 'deleted')
  return tx.sessions.endOf(account.id, now)
}

/**
 * The person deleted this WeChat account: the identity goes, and every session of its account ends. An account that
 * nothing proves any more is deleted.
 */
export async function removeIdentity(tx: Tx, appid: string, openid: Openid, now: number): Promise<string[]> {
  const identity = await tx.identities.find(appid, openid)
  const account = identity && (await holdAccount(tx, identity.accountId))
  if (!account) return []
  await tx.identities.remove(appid, openid)
  if ((await tx.identities.ofAccount(account.id)).length === 0) return (await deleteAccount(tx, account.id, now)) ?? []
  await tx.identities.releaseUnproven(account.id)
  return tx.sessions.endOf(account.id, now)
}

/** Forgets the name and the picture that came by this app. */
export async function eraseProfile(tx: Tx, accountId: string, appKey: string): Promise<void> {
  const account = await holdAccount(tx, accountId)
  const left = account && withoutSource(account, appKey)
  if (account && left) await tx.accounts.setProfile(account.id, left)
}
