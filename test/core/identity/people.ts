// Proofs as WeChat's answers would give them, and sign-ins over a real store, one after the other.
import { type SignIn, signIn, type Via } from '#server/core/identity/sign-in.js'
import type {
  AccountRecord,
  AccountStatus,
  Openid,
  Profile,
  Proof,
  Random,
  Store,
  Unionid,
} from '#server/core/ports.js'
import { inTransaction } from '#server/core/transaction.js'
import type { MovableClock } from '../scratch-store.js'

/** A door into the service: one app in one namespace. `solo` has no Open Platform, `far` belongs to another one. */
export const DOORS = {
  pc: { appKey: 'pc', appid: 'wx-pc', platform: 'main' },
  mp: { appKey: 'mp', appid: 'wx-mp', platform: 'main' },
  mp2: { appKey: 'mp2', appid: 'wx-mp2', platform: 'main' },
  app: { appKey: 'app', appid: 'wx-app', platform: 'main' },
  mini: { appKey: 'mini', appid: 'wx-mini', platform: 'main' },
  solo: { appKey: 'solo', appid: 'wx-solo', platform: 'app:solo' },
  far: { appKey: 'far', appid: 'wx-far', platform: 'far' },
} as const
export type Door = keyof typeof DOORS

/** What WeChat says about somebody at a door. */
export function proofOf(
  door: Door,
  openid: string,
  options: { unionid?: string; at: number; profile?: Profile },
): Proof {
  const { unionid = null, at, profile = null } = options
  return { ...DOORS[door], openid: openid as Openid, unionid: unionid as Unionid | null, profile, provedAt: at }
}

/** By which door, as far as the audit trail is concerned. */
export const VIA: Via = {
  method: 'website',
  device: { browser: 'Firefox', os: 'Linux', address: '203.0.113.7', place: null },
}

/** Sign-ins as the login does them: each in a transaction that starts again when it lost a race. */
export function createDesk(scratch: { readonly store: Store }, time: MovableClock, random: Random) {
  const { store } = scratch
  const sign = (proof: Proof): Promise<SignIn> => inTransaction(store, (tx) => signIn(tx, random, proof, VIA))

  /** Signs in at the clock's time. Advances the clock first, so that every account has an age of its own. */
  const arrive = (door: Door, openid: string, unionid?: string, profile?: Profile): Promise<SignIn> => {
    time.advance(1000)
    return sign(proofOf(door, openid, { at: time.clock(), ...(unionid && { unionid }), ...(profile && { profile }) }))
  }
  return {
    sign,
    arrive,
    /** As `arrive`; the account's id. @throws Error when refused */
    async enter(...visit: Parameters<typeof arrive>): Promise<string> {
      const answer = await arrive(...visit)
      if (!answer.ok) throw new Error(`refused: ${answer.reason}`)
      return answer.accountId
    },
    /** Stores an account as an operator or an earlier time left it. */
    async put(id: string, patch: Partial<AccountRecord> & { status?: AccountStatus } = {}): Promise<string> {
      const account: AccountRecord = {
        id,
        status: 'active',
        createdAt: time.clock(),
        mergedInto: null,
        nickname: '',
        avatarUrl: '',
        nicknameSource: null,
        nicknameAt: null,
        avatarSource: null,
        avatarAt: null,
        ...patch,
      }
      await store.write((tx) => tx.accounts.insert(account))
      return id
    },
    /** Stores an identity, and the unionid it carries, as belonging to an account. */
    async tie(accountId: string, door: Door, openid: string, unionid?: string): Promise<void> {
      const proof = proofOf(door, openid, { at: time.clock(), ...(unionid && { unionid }) })
      const { appid, platform } = proof
      const times = { createdAt: proof.provedAt, lastUsedAt: proof.provedAt }
      await store.write(async (tx) => {
        await tx.identities.insert({
          appid,
          openid: proof.openid,
          platform,
          unionid: proof.unionid,
          unionidAt: proof.unionid && proof.provedAt,
          accountId,
          ...times,
        })
        if (proof.unionid) await tx.identities.claimUnionid(platform, proof.unionid, accountId)
      })
    },
  }
}
