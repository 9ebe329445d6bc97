// Taking things away: a person's account, one of the identities that prove it, a profile that came by one app.
import { noteEnded } from '../audit.js'
import type { IdentityRecord, Openid, TicketRecord, Tx, Who } from '../ports.js'
import { familyOf, holdAccount, holdOwner } from './account.js'
import { type Ended, endConfirmed, NOTHING_ENDED } from './ended.js'
import { NO_PROFILE, withoutSource } from './profile.js'

/**
 * The account becomes a tombstone without personal data: its identities and unionids are free, its sessions over, what
 * was merged into it keeps its id and nothing else; no session or ticket says any more who used it and from where.
 * Whoever comes back is a new account.
 * @returns what ended, for the pages that are open; null when there is no such living account
 */
export async function deleteAccount(tx: Tx, id: string, at: number, who: Who): Promise<Ended | null> {
  const account = await holdAccount(tx, id)
  if (!account || account.status === 'deleted') return null
  const family = await familyOf(tx, account.id)
  const identities = await tx.identities.ofAccount(account.id)
  const tickets = [...(await endConfirmed(tx, family, 'account_changed')), ...(await endProving(tx, identities))]
  const touched = [...(await tx.tickets.ofAccounts(family)), ...tickets]
  await tx.tickets.forgetPeople(touched.map((ticket) => ticket.id))
  for (const { appid, openid } of identities) await tx.identities.remove(appid, openid)
  await tx.identities.releaseUnproven(account.id)
  for (const member of family) await tx.accounts.setProfile(member, NO_PROFILE)
  await tx.identities.dropMerges(family)
  await tx.consents.drop(family)
  await tx.accounts.setStatus(account.id, 'deleted')
  await tx.operators.revoke(family)
  const accountId = account.id
  const sessions = await tx.sessions.endOf(accountId, at)
  await tx.sessions.forgetDevices(family)
  await noteEnded(tx, sessions, { accountId, at, who, reason: 'account_deleted' })
  await tx.audit.forgetMachines(family)
  // After that, so that it keeps where it came from: who deletes an account that is not theirs leaves this one trace.
  await tx.audit.append({ act: 'account_deleted', at, who, accountId })
  return { sessions, tickets }
}

/**
 * The person deleted this WeChat account: the identity goes, and every session of its account ends. An account that
 * nothing proves any more is deleted.
 */
export async function removeIdentity(
  tx: Tx,
  { appid, openid, appKey }: { appid: string; openid: Openid; appKey: string },
  at: number,
  who: Who,
): Promise<Ended> {
  const owner = await holdOwner(tx, appid, openid)
  if (!owner) return NOTHING_ENDED
  const { account, identity } = owner
  const accountId = account.id
  await tx.audit.append({ act: 'unlinked', at, who, accountId, appKey })
  if ((await tx.identities.ofAccount(account.id)).length === 1) {
    return (await deleteAccount(tx, account.id, at, who)) ?? NOTHING_ENDED
  }
  await tx.identities.remove(appid, openid)
  await tx.identities.releaseUnproven(account.id)
  const sessions = await tx.sessions.endOf(accountId, at)
  await noteEnded(tx, sessions, { accountId, at, who, reason: 'identity_removed' })
  const confirmed = await endConfirmed(tx, await familyOf(tx, account.id), 'account_changed')
  return { sessions, tickets: [...confirmed, ...(await endProving(tx, [identity]))] }
}

/**
 * Forgets the name and the picture that came by this app: of the account, of what was merged into it, and what stands
 * beside its logins of the last day, which do not know how it came.
 */
export async function eraseProfile(tx: Tx, accountId: string, appKey: string): Promise<void> {
  const account = await holdAccount(tx, accountId)
  if (!account) return
  const family = await familyOf(tx, account.id)
  for (const member of family) {
    const record = await tx.accounts.find(member)
    const left = record && withoutSource(record, appKey)
    if (left) await tx.accounts.setProfile(member, left)
  }
  await tx.tickets.forgetScanner(family)
}

/** Ends the logins that one of these has scanned and not yet confirmed, and forgets who it was. */
async function endProving(tx: Tx, identities: readonly IdentityRecord[]): Promise<TicketRecord[]> {
  const patch = { status: 'failed', reason: 'account_changed', proof: null, scannedBy: null } as const
  const ended: TicketRecord[] = []
  for (const { id, proof } of await tx.tickets.proving()) {
    if (!identities.some(({ appid, openid }) => proof?.appid === appid && proof.openid === openid)) continue
    const moved = await tx.tickets.move(id, { status: ['scanned'] }, patch)
    if (moved) ended.push(moved)
  }
  return ended
}
