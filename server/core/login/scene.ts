// `scene`: somebody scanned an Official Account's code, and WeChat pushed who. The push is answered from the database
// alone; the link in the answer leads to our page, where WeChat says again who opens it.

import { resolveAccount } from '../account/account.js'
import { readFacts, signIn } from '../identity/sign-in.js'
import type { CallbackOutcome, Openid, Proof, TicketRecord, WechatApp } from '../ports.js'
import { CONFIRMED_MS, SCANNED_MS } from '../ticket/lifetime.js'
import { appTag, type TicketClaims } from '../ticket/ticket-id.js'
import { inTransaction, LostRace } from '../transaction.js'
import type { LoginContext } from './context.js'
import { type Move, scanned } from './resolve.js'
import { sceneReply } from './scene-reply.js'
import { settle } from './watch.js'

export interface Scan {
  readonly app: WechatApp
  readonly openid: Openid
  /** What WeChat says was scanned. */
  readonly scene: string
}

/**
 * What a scan does, and the text that answers it. The first scanner holds the ticket; everything else changes nothing,
 * and WeChat's second and third delivery get the first one's answer. Asks WeChat nothing.
 * @returns null when the scene is none of ours: then nobody is answered
 */
export async function handleScan(context: LoginContext, scan: Scan): Promise<string | null> {
  const claims = context.ticketIds.read(scan.scene)
  if (claims?.method !== 'scene' || claims.appTag !== appTag(scan.app.key)) return null
  const stored = await context.store.read.tickets.find(claims.id)
  if (!stored) return sceneReply.over()
  const settled = await settle(context, stored)
  const record = settled.status === 'pending' ? await hold(context, settled, scan) : settled
  if (record.status === 'expired' || record.status === 'failed' || record.status === 'denied') return sceneReply.over()
  if (record.status === 'confirmed' || record.status === 'redeemed') {
    return (await isAccountOf(context, record, scan)) ? sceneReply.done(context.siteName) : sceneReply.elsewhere()
  }
  if (record.proof?.openid !== scan.openid) return sceneReply.elsewhere()
  if (scan.app.scene === 'at_once') {
    confirmFollower(context, claims, scan)
    return sceneReply.done(context.siteName)
  }
  return sceneReply.link({ record, siteName: context.siteName, publicUrl: context.publicUrl, now: context.clock() })
}

/** Whether it was this person who logged in: the ticket itself has forgotten its scanner by then. */
async function isAccountOf(
  context: LoginContext,
  { accountId }: TicketRecord,
  { app, openid }: Scan,
): Promise<boolean> {
  const { read } = context.store
  const identity = await read.identities.find(app.appid, openid)
  const account = accountId === null ? null : await resolveAccount(read, accountId)
  return identity !== null && identity.accountId === account?.id
}

/** Whoever scans first: by openid alone, since WeChat counts the seconds until the answer. */
async function hold(context: LoginContext, ticket: TicketRecord, { app, openid }: Scan): Promise<TicketRecord> {
  const now = context.clock()
  const { key: appKey, appid, platform } = app
  const proof: Proof = { appKey, appid, platform, openid, unionid: null, profile: null, provedAt: now }
  const [moved, current] = await context.store.write(async (tx) => {
    const { identity } = await readFacts(tx, proof)
    const account = identity && (await tx.accounts.find(identity.account.id))
    const scannedBy = account?.nickname ? { nickname: account.nickname, avatarUrl: account.avatarUrl } : null
    const patch = { status: 'scanned', proof, scannedBy, explicit: false, expiresAt: now + SCANNED_MS } as const
    const taken = await tx.tickets.move(ticket.id, { status: ['pending'], phoneHash: null, aliveAt: now }, patch)
    return [taken, taken ?? (await tx.tickets.find(ticket.id))] as const
  })
  if (moved) context.announce(moved)
  return current ?? ticket
}

/**
 * The link was opened: WeChat's word about who opens it must name whom it pushed. Anybody else leaves the ticket to its
 * scanner.
 */
export async function sceneOpened(
  context: LoginContext,
  move: Move,
  app: WechatApp,
  proof: Proof,
  consented: boolean,
): Promise<CallbackOutcome> {
  if (move.ticket.proof?.openid !== proof.openid) return refuse(context, move, 'scanned_elsewhere')
  const unionid = proof.unionid ?? (await unionidOf(context, app, proof.openid))
  return scanned(context, move, { ...proof, unionid }, consented)
}

/** This visitor's callback ends here, and nothing else does: the ticket is its scanner's. */
export async function refuse(
  context: LoginContext,
  { stateHash }: Move,
  reason: NonNullable<CallbackOutcome['reason']>,
): Promise<CallbackOutcome> {
  const outcome: CallbackOutcome = { status: 'failed', reason }
  await context.store.write((tx) => tx.callbacks.finish(stateHash, outcome))
  return outcome
}

/** Only followers have one here; without it the person is known by openid, or asked. */
async function unionidOf(context: LoginContext, app: WechatApp, openid: Openid): Promise<Proof['unionid']> {
  try {
    return (await context.platform.readFollower(app, openid)).unionid
  } catch (error) {
    context.log.warn('scene.follower_unread', { app: app.key, error: String(error) })
    return null
  }
}

/** Where the operator has decided that the scan alone is the confirmation. */
function confirmFollower(context: LoginContext, claims: TicketClaims, { app, openid }: Scan): void {
  context.background.run('follower', claims.id, async () => {
    const unionid = await unionidOf(context, app, openid)
    const moved = await inTransaction(context.store, async (tx) => {
      const record = await tx.tickets.find(claims.id)
      if (record?.status !== 'scanned' || record.proof?.openid !== openid) return null
      const signedIn = await signIn(tx, context.random, { ...record.proof, unionid }, record)
      const now = context.clock()
      const guard = { status: ['scanned'], version: record.version, aliveAt: now } as const
      const after = await tx.tickets.move(
        record.id,
        guard,
        signedIn.ok
          ? { status: 'confirmed', accountId: signedIn.accountId, expiresAt: now + CONFIRMED_MS, proof: null }
          : { status: 'failed', reason: signedIn.reason, proof: null },
      )
      // A ticket that ended meanwhile must leave no account behind.
      if (!after) throw new LostRace()
      return after
    })
    if (moved) context.announce(moved)
  })
}
