// Taking a merge back: an operator has seen that two accounts are two people after all.
import { familyOf } from '../account/account.js'
import { type Ended, endConfirmed } from '../account/ended.js'
import { OrderRefused } from '../account/operate.js'
import { splitProfile } from '../account/profile.js'
import { AN_OPERATOR, noteEnded } from '../audit.js'
import type { AccountRecord, Belongings, MergeRecord, NewEntry, Store, Tx } from '../ports.js'
import { inTransaction, LostRace } from '../transaction.js'
import { part } from './part.js'

export interface Undone {
  readonly merge: MergeRecord
  /** The loser's account, living again. */
  readonly revived: AccountRecord
  /** Sessions begun and logins confirmed since the merge: nobody can say whose of the two they are. */
  readonly ended: Ended
}

/**
 * Gives back what is the loser's (`part`), as far as it still is there; makes it an account again, with the tombstones
 * that were its own, disabled if the holder is; and keeps the two apart until `clearMerge`.
 * @throws OrderRefused also while a later merge rests on what this one moved
 */
export async function undoMerge(store: Store, id: string, now: number, who = AN_OPERATOR): Promise<Undone> {
  return inTransaction(store, async (tx) => {
    const { merge, holder } = await hold(tx, id)
    const loser = await tx.accounts.find(merge.loserId)
    if (loser?.status !== 'merged')
      throw new OrderRefused(`The account ${merge.loserId} is no tombstone any more.`, 'not_standing')
    const others = await otherMerges(tx, merge)
    const parting = part({
      merge,
      others: others.map(({ record }) => record),
      own: [...present(merge.kept), ...others.flatMap(({ own }) => own)],
      identities: await tx.identities.ofAccount(holder.id),
      unionids: await tx.identities.unionidsOf(holder.id),
      sessions: await tx.sessions.ofAccount(holder.id, now),
    })
    if (parting.restsOn) {
      const { id: later } = parting.restsOn
      throw new OrderRefused(
        `The merge ${later} rests on what ${id} joined: undo ${later} first, then this one.`,
        'rests_on',
        later,
      )
    }
    if (parting.back.identities.length === 0) {
      throw new OrderRefused(
        `Nothing is left of what ${id} moved: nobody could come back to ${loser.id}.`,
        'nothing_left',
      )
    }
    if (!(await tx.identities.markUndone(id, now))) throw new LostRace()

    const status = holder.status === 'disabled' ? 'disabled' : 'active'
    await tx.accounts.revive(loser.id, status)
    await tx.accounts.redirect(await ownTombstones(tx, merge), loser.id)
    await tx.identities.move(parting.back, holder.id, loser.id)
    for (const { appid, openid } of parting.forgetful) await tx.identities.forgetUnionid(appid, openid)
    for (const { appid, openid } of parting.unclear) await tx.identities.remove(appid, openid)
    for (const one of [holder, loser]) await tx.identities.releaseUnproven(one.id)
    const profile = splitProfile(holder, loser, merge.mergedAt)
    if (profile) await tx.accounts.setProfile(holder.id, profile)

    const sessions: string[] = []
    for (const session of parting.since) if (await tx.sessions.end(session, now)) sessions.push(session)
    await noteEnded(tx, sessions, { accountId: holder.id, at: now, who, reason: 'merge_undone' })
    await noteMerge(tx, merge, { act: 'merge_undone', at: now, who })
    const tickets = await endConfirmed(tx, await familyOf(tx, holder.id), 'account_changed')
    const revived = { ...loser, status, mergedInto: null } as const
    return { merge: { ...merge, undoneAt: now }, revived, ended: { sessions, tickets } }
  })
}

/** Lets the two meet again: the next proof that they are one person merges them. @throws OrderRefused */
export async function clearMerge(store: Store, id: string, now: number, who = AN_OPERATOR): Promise<void> {
  await inTransaction(store, async (tx) => {
    const merge = await tx.identities.findMerge(id)
    if (!merge) throw new OrderRefused(`There is no merge ${id}.`, 'no_merge')
    if (!(await tx.identities.markCleared(id, now))) {
      throw new OrderRefused(`The merge ${id} is not one that keeps two accounts apart.`, 'not_apart')
    }
    await noteMerge(tx, merge, { act: 'merge_cleared', at: now, who })
  })
}

/** Both accounts are to find it in their history. */
async function noteMerge(
  tx: Tx,
  { id, survivorId, loserId }: MergeRecord,
  entry: Pick<NewEntry, 'act' | 'at' | 'who'>,
): Promise<void> {
  for (const accountId of [survivorId, loserId]) await tx.audit.append({ ...entry, accountId, subject: id })
}

/** The merge and who has today what it moved; that account and the loser are held. @throws OrderRefused, LostRace */
async function hold(tx: Tx, id: string): Promise<{ merge: MergeRecord; holder: AccountRecord }> {
  const seen = await standing(tx, id)
  if (!(await tx.accounts.lock([seen.holder.id, seen.merge.loserId]))) return seen
  const held = await standing(tx, id)
  if (held.holder.id !== seen.holder.id) throw new LostRace()
  return held
}

async function standing(tx: Tx, id: string): Promise<{ merge: MergeRecord; holder: AccountRecord }> {
  const merge = await tx.identities.findMerge(id)
  if (!merge) throw new OrderRefused(`There is no merge ${id}: see the merges of an account.`, 'no_merge')
  if (merge.undoneAt !== null) throw new OrderRefused(`The merge ${id} has been undone before.`, 'not_standing')
  const survivor = await tx.accounts.find(merge.survivorId)
  const holder = survivor?.mergedInto ? await tx.accounts.find(survivor.mergedInto) : survivor
  if (!holder || holder.status === 'deleted') {
    throw new OrderRefused(`The account that ${id} made was deleted: nothing is left to give back.`, 'deleted')
  }
  return { merge, holder }
}

/**
 * The merges that stand between this one's survivor and today's holder: those that brought other accounts, and those by
 * which it was merged away itself. With what the holder's side has by each.
 */
async function otherMerges(tx: Tx, merge: MergeRecord): Promise<{ record: MergeRecord; own: Belongings[] }[]> {
  const found: { record: MergeRecord; own: Belongings[] }[] = []
  let account: string | null = merge.survivorId
  while (account !== null) {
    const here: string = account
    account = null
    for (const record of await tx.identities.merges(here)) {
      if (record.undoneAt !== null || record.id === merge.id) continue
      const away = record.loserId === here
      if (away) account = record.survivorId
      // Merged away, what is its new account's own is what that one kept; what moved holds the loser's too.
      found.push({ record, own: away ? present(record.kept) : [record] })
    }
  }
  return found
}

/** What had been merged into the loser before it was merged itself, directly or through others. */
async function ownTombstones(tx: Tx, merge: MergeRecord): Promise<string[]> {
  const found: string[] = []
  const look = async (id: string): Promise<void> => {
    for (const earlier of await tx.identities.merges(id)) {
      if (earlier.survivorId !== id || earlier.undoneAt !== null || found.includes(earlier.loserId)) continue
      found.push(earlier.loserId)
      await look(earlier.loserId)
    }
  }
  await look(merge.loserId)
  return found
}

function present(belongings: Belongings | null): Belongings[] {
  return belongings ? [belongings] : []
}
