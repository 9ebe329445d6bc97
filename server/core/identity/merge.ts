// One account of two: what that is, step by step. A store may do the same in one statement (`mergeAtOnce`).
import { mergeProfiles } from '../account/profile.js'
import type { AccountRecord, Belongings, MergeOrder, Tx } from '../ports.js'

/** The order to merge two accounts as they are stored now, both held. */
export function orderOf(
  survivor: AccountRecord,
  loser: AccountRecord,
  why: Pick<MergeOrder, 'id' | 'at' | 'cause' | 'platform'>,
): MergeOrder {
  return { ...why, survivorId: survivor.id, loserId: loser.id, profile: mergeProfiles(survivor, loser) }
}

/**
 * Moves all that the loser has, leaves a tombstone, ties the unionid to the identity that showed it, and writes down what
 * was whose. @throws Error when one of the two is no living account
 */
export async function merge(tx: Tx, order: MergeOrder): Promise<void> {
  if (tx.identities.mergeAtOnce) return tx.identities.mergeAtOnce(order)
  const { id, survivorId, loserId, at, cause, platform, profile } = order
  const kept = await belongingsOf(tx, survivorId, at)
  const moved = await tx.identities.moveAll(loserId, survivorId)
  await tx.accounts.bury(loserId, survivorId)
  if (profile) await tx.accounts.setProfile(survivorId, profile)
  const record = { id, survivorId, loserId, mergedAt: at, cause, ...moved, kept, undoneAt: null, clearedAt: null }
  await tx.identities.logMerge(record)
  await tx.identities.touch(cause.appid, cause.openid, at, { platform, unionid: cause.unionid })
}

/** Written down so that undoing the merge can tell it from what came since. */
async function belongingsOf(tx: Tx, accountId: string, at: number): Promise<Belongings> {
  const identities = await tx.identities.ofAccount(accountId)
  return {
    identities: identities.map(({ appid, openid }) => ({ appid, openid })),
    unionids: await tx.identities.unionidsOf(accountId),
    sessions: (await tx.sessions.ofAccount(accountId, at)).map(({ id }) => id),
  }
}
