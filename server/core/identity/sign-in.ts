// Turns a proof into an account inside one transaction: read the facts, decide, write.
import type { SessionMethod } from '#shared/api.js'
import type { Reason } from '#shared/ticket.js'
import { chooseProfile } from '../account/profile.js'
import { person } from '../audit.js'
import { mintId } from '../ids.js'
import type { AccountRecord, Device, NewEntry, Proof, Random, Reads, Tx } from '../ports.js'
import { LostRace } from '../transaction.js'
import { type Decision, decide, type Facts } from './decide.js'
import { merge, orderOf } from './merge.js'

export type SignIn =
  | { readonly ok: true; readonly accountId: string; readonly decision: Decision }
  | { readonly ok: false; readonly reason: Extract<Reason, 'needs_attention' | 'account_disabled'> }

/** By which door the person came, and the machine that is to be signed in. */
export interface Via {
  readonly method: SessionMethod
  readonly device: Device
}

/** The facts, with the accounts they speak of as they are stored. */
export type Seen = Facts<AccountRecord>

async function stored(read: Reads, id: string): Promise<AccountRecord> {
  const account = await read.accounts.find(id)
  if (!account) throw new Error(`Account ${id} is named but not stored.`)
  return account
}

/** Reads everything the decision depends on. Writes nothing: before a confirmation this is all that may happen. */
export async function readFacts(read: Reads, proof: Proof): Promise<Seen> {
  const identity = await read.identities.find(proof.appid, proof.openid)
  const own = identity && (await stored(read, identity.accountId))
  const unionAccountId = proof.unionid && (await read.identities.accountOfUnionid(proof.platform, proof.unionid))
  const union = unionAccountId ? await stored(read, unionAccountId) : null
  const two = own && union && own.id !== union.id ? { own, union } : null
  return {
    unionid: proof.unionid,
    identity: identity && own && { unionid: identity.unionid, account: own },
    union,
    heldUnionid: own ? await read.identities.unionidOfAccount(proof.platform, own.id) : null,
    contradicted: two ? await contradict(read, two.own.id, two.union.id) : false,
    keptApart: two ? await read.identities.keptApart(two.own.id, two.union.id) : false,
  }
}

/** Whether two accounts hold different unionids in a namespace that both know. */
async function contradict(read: Reads, accountId: string, otherId: string): Promise<boolean> {
  const namespaces = new Set((await read.identities.ofAccount(accountId)).map((identity) => identity.platform))
  for (const platform of namespaces) {
    const one = await read.identities.unionidOfAccount(platform, accountId)
    const other = await read.identities.unionidOfAccount(platform, otherId)
    if (one && other && one !== other) return true
  }
  return false
}

/**
 * The facts, of accounts that are held: what they say of them stays true until the transaction ends. What is not there
 * yet cannot be held; whoever then adds it first is found by the unique keys.
 */
async function heldFacts(tx: Tx, proof: Proof): Promise<Seen> {
  const seen = await readFacts(tx, proof)
  if (!(await tx.accounts.lock(accountsOf(seen)))) return seen
  const facts = await readFacts(tx, proof)
  // Merged away while we waited: other accounts are concerned now, and holding both kinds would be a deadlock's half.
  if (accountsOf(facts).join() !== accountsOf(seen).join()) throw new LostRace()
  return facts
}

function accountsIn({ identity, union }: Seen): AccountRecord[] {
  return [identity?.account, union].flatMap((account) => (account ? [account] : []))
}

function accountsOf(facts: Seen): string[] {
  return accountsIn(facts).map(({ id }) => id)
}

/**
 * Creates, finds, links or merges the account of a proven person, and brings its profile up to date.
 * Belongs inside the same transaction as the confirmation it serves.
 * @throws LostRace when a concurrent first login was faster; the transaction then starts again.
 */
export async function signIn(tx: Tx, random: Random, proof: Proof, via: Via): Promise<SignIn> {
  const facts = await heldFacts(tx, proof)
  const decision = decide(facts)
  const note = noteBy(tx, proof, via)
  if (decision.kind === 'refuse') {
    const { reason } = decision
    await note({ act: 'refused', accountId: facts.identity?.account.id ?? facts.union?.id ?? null, reason })
    return { ok: false, reason }
  }
  const accountId = await apply(tx, random, proof, { facts, decision }, note)
  await refreshProfile(tx, accountId, proof)
  return { ok: true, accountId, decision }
}

async function apply(
  tx: Tx,
  random: Random,
  proof: Proof,
  { facts, decision }: { facts: Seen; decision: Exclude<Decision, { kind: 'refuse' }> },
  note: Note,
): Promise<string> {
  const { appid, openid, platform, unionid, provedAt } = proof
  switch (decision.kind) {
    case 'create': {
      const account = emptyAccount(mintId('acc', random), provedAt)
      await tx.accounts.insert(account)
      if (unionid) must(await tx.identities.claimUnionid(platform, unionid, account.id))
      must(await insertIdentity(tx, proof, account.id))
      return account.id
    }
    case 'link':
      must(await insertIdentity(tx, proof, decision.accountId))
      await note({ act: 'linked', accountId: decision.accountId })
      return decision.accountId
    case 'sign_in': {
      const learnt = decision.learn && unionid ? { platform, unionid } : null
      if (learnt && (await tx.identities.accountOfUnionid(platform, learnt.unionid)) !== decision.accountId) {
        must(await tx.identities.claimUnionid(platform, learnt.unionid, decision.accountId))
      }
      await tx.identities.touch(appid, openid, provedAt, learnt)
      return decision.accountId
    }
    case 'merge': {
      const both = accountsIn(facts)
      const survivor = both.find(({ id }) => id === decision.survivorId)
      const loser = both.find(({ id }) => id === decision.loserId)
      if (!unionid || !survivor || !loser) throw new Error('Only a unionid can show that two accounts are one person.')
      const subject = mintId('mrg', random)
      await merge(
        tx,
        orderOf(survivor, loser, { id: subject, at: provedAt, cause: { appid, openid, unionid }, platform }),
      )
      for (const { id } of [survivor, loser]) await note({ act: 'merged', accountId: id, subject })
      return decision.survivorId
    }
  }
}

type Note = (entry: Pick<NewEntry, 'act' | 'accountId' | 'subject' | 'reason'>) => Promise<void>

function noteBy(tx: Tx, { provedAt: at, appKey }: Proof, { method, device }: Via): Note {
  return (entry) => tx.audit.append({ at, who: person(device), method, appKey, ...entry })
}

function must(won: boolean): void {
  if (!won) throw new LostRace()
}

async function insertIdentity(tx: Tx, proof: Proof, accountId: string): Promise<boolean> {
  const { appid, openid, platform, unionid, provedAt } = proof
  return tx.identities.insert({
    appid,
    openid,
    platform,
    unionid,
    unionidAt: unionid === null ? null : provedAt,
    accountId,
    createdAt: provedAt,
    lastUsedAt: provedAt,
  })
}

async function refreshProfile(tx: Tx, accountId: string, proof: Proof): Promise<void> {
  if (!proof.profile) return
  const account = await tx.accounts.find(accountId)
  const chosen = account && chooseProfile(account, proof.profile, { source: proof.appKey, at: proof.provedAt })
  if (chosen) await tx.accounts.setProfile(accountId, chosen)
}

function emptyAccount(id: string, createdAt: number): AccountRecord {
  return {
    id,
    status: 'active',
    createdAt,
    mergedInto: null,
    nickname: '',
    avatarUrl: '',
    nicknameSource: null,
    nicknameAt: null,
    avatarSource: null,
    avatarAt: null,
  }
}
