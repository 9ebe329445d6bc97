// Taking a merge back: an operator has seen that two accounts are two people after all.
import { OrderRefused } from '../account/operate.js'
import { NO_PROFILE } from '../account/profile.js'
import type { AccountRecord, MergeRecord, Store, Tx } from '../ports.js'
import { inTransaction } from '../transaction.js'

export interface Undone {
  readonly merge: MergeRecord
  /** Sessions begun since the merge: nobody can say whose of the two they are. */
  readonly endedSessions: readonly string[]
}

/**
 * Gives back what the merge moved, as far as it still is there; makes its loser an account again, with the tombstones that
 * were the loser's; and keeps the two apart until `clearMerge`. @throws OrderRefused
 */
export async function undoMerge(store: Store, id: string, now: number): Promise<Undone> {
  return inTransaction(store, async (tx) => {
    const merge = await tx.identities.findMerge(id)
    if (!merge) throw new OrderRefused(`There is no merge ${id}: see the merges of an account.`)
    if (merge.undoneAt !== null) throw new OrderRefused(`The merge ${id} has been undone before.`)
    const holder = await holderOf(tx, merge)
    await tx.accounts.lock([holder.id, merge.loserId])
    const loser = await tx.accounts.find(merge.loserId)
    if (loser?.status !== 'merged' || (await holderOf(tx, merge)).id !== holder.id) {
      throw new OrderRefused(`The account ${merge.loserId} is no tombstone any more.`)
    }
    if (!(await tx.identities.markUndone(id, now))) throw new OrderRefused(`The merge ${id} has been undone before.`)

    await tx.accounts.revive(loser.id)
    await tx.accounts.redirect(await ownTombstones(tx, merge), loser.id)
    await tx.identities.moveBack(merge, holder.id, loser.id)
    await forgetCause(tx, merge)
    if (cameFrom(holder, loser)) await tx.accounts.setProfile(holder.id, NO_PROFILE)
    const endedSessions = await tx.sessions.endOf(holder.id, now, { since: merge.mergedAt })
    return { merge: { ...merge, undoneAt: now }, endedSessions }
  })
}

/** Lets the two meet again: the next proof that they are one person merges them. @throws OrderRefused */
export async function clearMerge(store: Store, id: string, now: number): Promise<void> {
  await inTransaction(store, async (tx) => {
    if (!(await tx.identities.findMerge(id))) throw new OrderRefused(`There is no merge ${id}.`)
    if (!(await tx.identities.markCleared(id, now))) {
      throw new OrderRefused(`The merge ${id} is not one that keeps two accounts apart.`)
    }
  })
}

/** Who has today what the merge moved. @throws OrderRefused when that account is gone */
async function holderOf(tx: Tx, merge: MergeRecord): Promise<AccountRecord> {
  const survivor = await tx.accounts.find(merge.survivorId)
  const holder = survivor?.mergedInto ? await tx.accounts.find(survivor.mergedInto) : survivor
  if (!holder || holder.status === 'deleted') {
    throw new OrderRefused(`The account that ${merge.id} made was deleted: nothing is left to give back.`)
  }
  return holder
}

/** What had been merged into the loser before it was merged itself, directly or through others. */
async function ownTombstones(tx: Tx, merge: MergeRecord): Promise<string[]> {
  const found: string[] = []
  const look = async (id: string): Promise<void> => {
    for (const earlier of await tx.identities.merges(id)) {
      const counts = earlier.survivorId === id && earlier.undoneAt === null && earlier.mergedAt <= merge.mergedAt
      if (!counts || earlier.id === merge.id || found.includes(earlier.loserId)) continue
      found.push(earlier.loserId)
      await look(earlier.loserId)
    }
  }
  await look(merge.loserId)
  return found
}

/** The identity that joined the two was told a unionid that is the other one's: it asks again the next time. */
async function forgetCause(tx: Tx, { cause }: MergeRecord): Promise<void> {
  const identity = await tx.identities.find(cause.appid, cause.openid)
  if (!identity || identity.unionid !== cause.unionid) return
  const owner = await tx.identities.accountOfUnionid(identity.platform, cause.unionid)
  if (owner !== identity.accountId) await tx.identities.forgetUnionid(cause.appid, cause.openid)
}

/** True when the name that the survivor shows is the one it took over from the loser. */
function cameFrom(holder: AccountRecord, loser: AccountRecord): boolean {
  return (
    holder.nickname !== '' &&
    holder.nickname === loser.nickname &&
    holder.nicknameSource === loser.nicknameSource &&
    holder.nicknameAt === loser.nicknameAt
  )
}
