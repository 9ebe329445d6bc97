// One random history of two people, the operator and WeChat's notices: what is done, each step alone or some at once.

import fc from 'fast-check'
import { deleteAccount } from '#server/core/account/erase.js'
import { disableAccount, enableAccount, OrderRefused } from '#server/core/account/operate.js'
import { AN_OPERATOR } from '#server/core/audit.js'
import { migratePlatform } from '#server/core/identity/migrate-platform.js'
import { clearMerge, undoMerge } from '#server/core/identity/undo-merge.js'
import { takeNotice } from '#server/core/notice/notice.js'
import type { IdentityRecord, MergeRecord, Openid, Proof, Push, Unionid, WechatApp } from '#server/core/ports.js'
import { inTransaction } from '#server/core/transaction.js'
import type { Office } from '../every-database.js'
import { SILENT } from '../scratch-store.js'

/** Website, two Official Accounts, mobile app, mini program: one Open Platform account, until one of them moves. */
export const FIVE = ['pc', 'mp', 'mp2', 'app', 'mini'] as const
type Door = (typeof FIVE)[number]
const PEOPLE = [0, 1]

const door = fc.constantFrom(...FIVE)
const person = fc.nat(1)
const which = fc.nat(20)
const visit = fc.record({ do: fc.constant('visit' as const), person, door, told: fc.boolean() })

const act = fc.oneof(
  { weight: 16, arbitrary: visit },
  { weight: 7, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'clear' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('disable' as const, 'enable' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('cancelled' as const, 'revoked' as const), person, door }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('move' as const, 'migrate' as const), door }) },
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

/** Steps one after the other; what is in one step happens at once. */
export const histories = fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), {
  minLength: 8,
  maxLength: 20,
  size: 'max',
})

/** Plays acts in a corner of the database where nobody else is. */
export function createHistory({ store, desk, time }: Office, run: number) {
  const places = new Map<Door, string>(FIVE.map((name) => [name, `main-${run}`]))
  const movedAt = new Map<Door, number>()
  const accounts = new Set<string>()
  const done: Record<string, number> = {}
  let pushes = 0

  const count = (what: string) => {
    done[what] = (done[what] ?? 0) + 1
  }
  const openidOf = (who: number, name: Door) => `run${run}-person${who}-${name}` as Openid
  const app = (name: Door): WechatApp => ({
    ...{ key: name, appid: `wx-${name}-${run}`, platform: places.get(name) ?? '', bound: true, secret: '' },
    ...{ kind: 'website', notify: null, strangers: 'ask', scene: 'confirm' },
  })
  const proofOf = (who: number, name: Door, told: boolean): Proof => {
    const { appid, platform } = app(name)
    const unionid = told ? (`run${run}-person${who}-${platform}` as Unionid) : null
    const face = { nickname: `${name} of ${who}`, avatarUrl: '' }
    return {
      appKey: name,
      appid,
      platform,
      openid: openidOf(who, name),
      unionid,
      profile: face,
      provedAt: time.clock(),
    }
  }
  const arrive = async (who: number, name: Door, told: boolean) => {
    const answer = await desk.sign(proofOf(who, name, told))
    count(answer.ok ? answer.decision.kind : answer.reason)
    if (answer.ok) accounts.add(answer.accountId)
    return answer
  }
  const anAccount = (index: number) => [...accounts].toSorted()[index % Math.max(accounts.size, 1)] ?? 'acc_nobody'
  const merges = async (): Promise<MergeRecord[]> => {
    const all = await Promise.all([...accounts].map((id) => store.read.identities.merges(id)))
    return [...new Map(all.flat().map((merge) => [merge.id, merge])).values()].toSorted((a, b) =>
      a.id < b.id ? -1 : 1,
    )
  }
  const aMerge = async (index: number, fits: (merge: MergeRecord) => boolean) => {
    const some = (await merges()).filter(fits)
    return some[index % Math.max(some.length, 1)]?.id ?? 'mrg_none'
  }
  const notice = (who: number, name: Door, kind: 'cancelled' | 'revoked') => {
    const subject = { openid: openidOf(who, name), unionid: null }
    const push: Push = kind === 'revoked' ? { kind, subject, what: [] } : { kind, subject }
    const bus = { publish: () => {}, subscribe: () => () => {} }
    pushes += 1
    return takeNotice({ store, bus, clock: time.clock, log: SILENT }, app(name), {
      ...{ id: `push-${run}-${pushes}`, push },
      reply: () => ({ body: '', type: '' }),
    })
  }
  const migrate = (name: Door) => {
    const learntBefore = movedAt.get(name) ?? 0
    return migratePlatform(store, app(name), { at: time.clock(), learntBefore })
  }

  async function perform(one: Act): Promise<unknown> {
    switch (one.do) {
      case 'visit':
        return arrive(one.person, one.door, one.told)
      case 'undo':
        return undoMerge(store, await aMerge(one.which, ({ undoneAt }) => undoneAt === null), time.clock())
      case 'clear':
        return clearMerge(store, await aMerge(one.which, ({ undoneAt }) => undoneAt !== null), time.clock())
      case 'disable':
        return disableAccount(store, anAccount(one.which), time.clock())
      case 'enable':
        return enableAccount(store, anAccount(one.which), time.clock())
      case 'delete':
        return inTransaction(store, (tx) => deleteAccount(tx, anAccount(one.which), time.clock(), AN_OPERATOR))
      case 'cancelled':
      case 'revoked':
        return notice(one.person, one.door, one.do)
      case 'move':
        places.set(one.door, `moved-${run}`)
        return migrate(one.door)
      case 'migrate':
        movedAt.set(one.door, time.clock())
        return migrate(one.door)
    }
  }

  return {
    done,
    /** In which namespace each door is now. */
    places,
    async step(acts: readonly Act[]): Promise<void> {
      time.advance(1000)
      await Promise.all(
        acts.map(async (one) => {
          try {
            await perform(one)
            count(one.do)
          } catch (error) {
            if (!(error instanceof OrderRefused)) throw error
            count(`${one.do} refused`)
          }
        }),
      )
    },
    /** Everything is allowed again, and everybody comes by every door and is told their unionid. */
    async reunite(): Promise<void> {
      for (const id of accounts) await enableAccount(store, id, time.clock()).catch(() => undefined)
      for (const { id } of await merges()) await clearMerge(store, id, time.clock()).catch(() => undefined)
      for (const name of FIVE) await migrate(name)
      for (const who of PEOPLE) {
        for (const name of FIVE) {
          time.advance(1000)
          const answer = await arrive(who, name, true)
          if (!answer.ok) throw new Error(`person ${who} was refused at ${name}: ${answer.reason}`)
        }
      }
    },
    /** What is stored of each person's five identities. */
    async people(): Promise<(IdentityRecord | null)[][]> {
      const of = (who: number) =>
        Promise.all(FIVE.map((name) => store.read.identities.find(app(name).appid, openidOf(who, name))))
      return Promise.all(PEOPLE.map(of))
    },
  }
}
