// What WeChat tells us by itself about people who took something back, and what we forget then.
import { holdOwner } from '../account/account.js'
import { announceEnded, type Ended, NOTHING_ENDED } from '../account/ended.js'
import { eraseProfile, removeIdentity } from '../account/erase.js'
import { noteEnded, WECHAT } from '../audit.js'
import type {
  AppKind,
  Bus,
  Clock,
  IdentityRecord,
  Log,
  Push,
  ReadPush,
  Store,
  Subject,
  Tx,
  WechatApp,
} from '../ports.js'
import { inTransaction } from '../transaction.js'

export interface NoticeDeps {
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
}

type Notice = Extract<Push, { subject: Subject }>

/**
 * The codes of WeChat's RevokeInfo that mean name and picture; of what the others mean, nothing is kept here. Websites
 * and mobile apps ask for nothing else, so that with them every code means it.
 */
const MEANS_PROFILE: Readonly<Record<AppKind, readonly string[] | 'any'>> = {
  official: ['205'],
  mobile: 'any',
  website: 'any',
  miniprogram: ['6', '19', '20'],
}

/** A notice that does not say what was withdrawn is about everything: forgetting too much can be mended by a login. */
function withdrawsProfile({ kind }: WechatApp, what: readonly string[]): boolean {
  const codes = MEANS_PROFILE[kind]
  return codes === 'any' || what.length === 0 || what.some((code) => codes.includes(code))
}

/** True for a push that this file is about. */
export function isNotice(push: Push): push is Notice {
  return push.kind === 'profile_modified' || push.kind === 'revoked' || push.kind === 'cancelled'
}

/**
 * Does what the notice asks for, once, however often it is delivered. About people who are not known here nothing is
 * done, and nobody is made.
 *
 * | notice | forgotten | sessions that end |
 * | --- | --- | --- |
 * | the platform took a harmful name or picture away | name and picture that came by this app | none |
 * | consent withdrawn, name and picture among it | name and picture that came by this app | those begun by this app |
 * | consent withdrawn, of anything else | nothing is kept of it | none |
 * | the WeChat account was deleted | the identity; without another one the account | all of the account |
 */
export async function takeNotice(deps: NoticeDeps, app: WechatApp, { id, push }: ReadPush): Promise<void> {
  if (!isNotice(push)) return
  const { store, bus, clock, log } = deps
  const done = await inTransaction(store, async (tx) => {
    if (!(await tx.pushes.claim(id, clock()))) return null
    const identity = await identityOf(tx, app, push.subject)
    const { key: appKey } = app
    const accountId = identity?.accountId ?? null
    await tx.audit.append({ act: 'notice_taken', at: clock(), who: WECHAT, accountId, appKey, reason: push.kind })
    return identity ? { known: true, ended: await apply(tx, app, push, identity, clock()) } : NOBODY
  })
  if (done === null) return
  const { known, ended } = done
  log.info('notice.taken', { app: app.key, notice: push.kind, known, endedSessions: ended.sessions.length })
  announceEnded(bus, ended)
}

const NOBODY = { known: false, ended: NOTHING_ENDED } as const

async function apply(tx: Tx, app: WechatApp, notice: Notice, known: IdentityRecord, now: number): Promise<Ended> {
  if (notice.kind === 'cancelled') return removeIdentity(tx, { ...known, appKey: app.key }, now, WECHAT)
  if (notice.kind === 'revoked' && !withdrawsProfile(app, notice.what)) return NOTHING_ENDED
  const owner = await holdOwner(tx, known.appid, known.openid)
  if (!owner) return NOTHING_ENDED
  await eraseProfile(tx, owner.account.id, app.key)
  if (notice.kind === 'profile_modified') return NOTHING_ENDED
  const { id: accountId } = owner.account
  const sessions = await tx.sessions.endOf(accountId, now, { appKey: app.key })
  await noteEnded(tx, sessions, { accountId, at: now, who: WECHAT, reason: 'consent_withdrawn' })
  return { sessions, tickets: [] }
}

/** By openid; where WeChat left that out, by the person's only identity in this app. */
async function identityOf(tx: Tx, app: WechatApp, { openid, unionid }: Subject): Promise<IdentityRecord | null> {
  if (openid) return tx.identities.find(app.appid, openid)
  const accountId = unionid && (await tx.identities.accountOfUnionid(app.platform, unionid))
  if (!accountId) return null
  const own = (await tx.identities.ofAccount(accountId)).filter(({ appid }) => appid === app.appid)
  return own.length === 1 ? (own[0] ?? null) : null
}
