// What an operator may ask for and order, and how each is carried out.
import { resolveAccount } from '../core/account/account.js'
import type { Ended } from '../core/account/ended.js'
import { deleteAccount } from '../core/account/erase.js'
import { appNameOf, exportAccount, historyOf } from '../core/account/export.js'
import { type Carried, disableAccount, enableAccount, endSessions, OrderRefused } from '../core/account/operate.js'
import { migratePlatform } from '../core/identity/migrate-platform.js'
import { clearMerge, undoMerge } from '../core/identity/undo-merge.js'
import { issueCode } from '../core/operator/code.js'
import { grantRole, revokeRole } from '../core/operator/role.js'
import type {
  AccountRecord,
  AuditEntry,
  Clock,
  MergeRecord,
  Openid,
  Random,
  Store,
  Unionid,
  WechatApp,
  Who,
} from '../core/ports.js'
import { inTransaction } from '../core/transaction.js'

export interface Desk {
  readonly store: Store
  readonly apps: readonly WechatApp[]
  /** Where the apps come from, or what to do so that they are known. */
  readonly knownFrom: string
  readonly clock: Clock
  readonly random: Random
  /** Who is to stand in the audit trail. */
  readonly who: Who
}

const MOST_SHOWN = 200

export interface Verb {
  /** What follows the verb. */
  readonly takes: string
  /** How many words that may be. */
  readonly words: readonly [least: number, most: number]
  readonly does: string
  /** Why it asks first; null for what changes nothing. */
  readonly asks: string | null
  /** @throws OrderRefused */
  run(desk: Desk, given: readonly string[]): Promise<unknown>
}

export const VERBS: Readonly<Record<string, Verb>> = {
  find: {
    takes: 'ACCOUNT | openid APP OPENID | unionid OPEN-PLATFORM UNIONID',
    words: [1, 3],
    does: 'names the account that an id means today',
    asks: null,
    run: async (desk, given) => summary(await find(desk, given)),
  },
  show: {
    takes: 'ACCOUNT',
    words: [1, 1],
    does: 'shows all that is kept about an account',
    asks: null,
    async run(desk, [id = '']) {
      const account = await byId(desk, id)
      const all = await exportAccount(desk.store.read, account, desk.apps, desk.clock())
      const tombstones = await desk.store.read.accounts.tombstonesOf(account.id)
      return { ...all, account, tombstones }
    },
  },
  history: {
    takes: '[ACCOUNT]',
    words: [0, 1],
    does: `who did what from where, newest first: to one account, or the last ${MOST_SHOWN} acts of all`,
    asks: null,
    async run(desk, [id]) {
      const { read } = desk.store
      const entries =
        id === undefined
          ? await read.audit.latest(MOST_SHOWN)
          : await historyOf(read, (await byId(desk, id)).id, MOST_SHOWN)
      return entries.map(historyLine)
    },
  },
  merges: {
    takes: '[ACCOUNT]',
    words: [0, 1],
    does: 'lists merges, newest first: of one account, or the last 200 of all',
    asks: null,
    async run({ store, apps }, [id]) {
      if (id !== undefined && !(await store.read.accounts.find(id)))
        throw new OrderRefused(`There is no account ${id}.`)
      return (await store.read.identities.merges(id)).map((merge) => mergeSummary(merge, apps))
    },
  },
  'undo-merge': {
    takes: 'MERGE',
    words: [1, 1],
    does: 'takes a merge back: two accounts again, which stay apart',
    asks: 'Sessions begun and logins confirmed since that merge will end.',
    async run({ store, apps, clock, who }, [id = '']) {
      const { merge, revived, ended } = await undoMerge(store, id, clock(), who)
      return { ...mergeSummary(merge, apps), revived: summary(revived), ...counted(ended) }
    },
  },
  'clear-merge': {
    takes: 'MERGE',
    words: [1, 1],
    does: 'lets the two accounts of an undone merge be joined again',
    asks: 'The next login that shows they are one person joins them.',
    async run({ store, clock, who }, [id = '']) {
      await clearMerge(store, id, clock(), who)
      return { cleared: id }
    },
  },
  'migrate-platform': {
    takes: 'APP [MOVED-AT]',
    words: [1, 2],
    does:
      'after an app moved to another Open Platform account (change "openPlatform" in WECHAT_APPS and restart first; if ' +
      'its name there stays the same, say when the app moved: 2026-01-31T12:00+08:00). Repeating it changes nothing',
    asks: 'What this app was told of unionids before it moved will be forgotten, and learnt anew at the next logins.',
    async run({ store, apps, knownFrom, clock, who }, [key = '', movedAt]) {
      const app = apps.find((one) => one.key === key || one.appid === key)
      // Its namespace of today stands in the configuration, and nowhere else.
      if (!app) throw new OrderRefused(unknownApp(key, { apps, knownFrom }))
      const learntBefore = movedAt === undefined ? 0 : momentOf(movedAt, clock())
      const migrated = await migratePlatform(store, app, { at: clock(), who, learntBefore })
      if (migrated.identities > 0 || movedAt !== undefined) return migrated
      const note = `All of ${app.key} is in ${app.platform} already. If the app moved and that name stayed, say when it moved.`
      return { ...migrated, note }
    },
  },
  disable: {
    takes: 'ACCOUNT',
    words: [1, 1],
    does: 'the account signs in nowhere any more',
    asks: 'All its sessions will end.',
    run: async ({ store, clock, who }, [id = '']) => carried(await disableAccount(store, id, clock(), who)),
  },
  enable: {
    takes: 'ACCOUNT',
    words: [1, 1],
    does: 'takes `disable` back',
    asks: 'The account can sign in again.',
    run: async ({ store, clock, who }, [id = '']) => carried(await enableAccount(store, id, clock(), who)),
  },
  'end-sessions': {
    takes: 'ACCOUNT',
    words: [1, 1],
    does: 'signs the account out everywhere',
    asks: 'All its sessions will end.',
    run: async ({ store, clock, who }, [id = '']) => carried(await endSessions(store, id, clock(), who)),
  },
  'operator-code': {
    takes: '',
    words: [0, 0],
    does: 'makes a one-time code: whoever is logged in and enters it at /admin becomes an operator of the console',
    asks: 'Whoever sees this code and is logged in can become an operator with it, for a day.',
    run: ({ store, random, clock, who }) => issueCode(store, random, clock(), who),
  },
  operators: {
    takes: '',
    words: [0, 0],
    does: 'lists the accounts that operate the console',
    asks: null,
    run: async ({ store }) => store.read.operators.list(),
  },
  grant: {
    takes: 'ACCOUNT',
    words: [1, 1],
    does: 'makes an account an operator of the console',
    asks: 'It can see and change everybody’s account at /admin.',
    run: async ({ store, clock, who }, [id = '']) => summary((await grantRole(store, id, clock(), who)).account),
  },
  revoke: {
    takes: 'ACCOUNT',
    words: [1, 1],
    does: 'takes `grant` back, and what a code gave',
    asks: 'Its console closes at once.',
    run: async ({ store, clock, who }, [id = '']) =>
      summary((await revokeRole(store, id, clock(), who, { last: true })).account),
  },
  delete: {
    takes: 'ACCOUNT',
    words: [1, 1],
    does: 'deletes an account as its person could',
    asks: 'Name, picture, identities and sessions will be gone for good.',
    async run(desk, [id = '']) {
      const { id: account } = await byId(desk, id)
      const ended = await inTransaction(desk.store, (tx) => deleteAccount(tx, account, desk.clock(), desk.who))
      if (ended === null) throw new OrderRefused(`The account ${account} was deleted before.`)
      return { deleted: account, ...counted(ended) }
    },
  },
}

async function find(desk: Desk, [kind = '', first = '', second = '']: readonly string[]): Promise<AccountRecord> {
  const { identities } = desk.store.read
  if (kind === 'openid') {
    if (second === '') throw new OrderRefused('An openid is found by its app: write openid APP OPENID.')
    const identity = await identities.find(appidOf(desk, first), second as Openid)
    if (!identity) throw new OrderRefused(`Nobody came by ${first} with this openid.`)
    return byId(desk, identity.accountId)
  }
  if (kind === 'unionid') {
    if (second === '')
      throw new OrderRefused('A unionid is found by its namespace: write unionid OPEN-PLATFORM UNIONID.')
    const id = await identities.accountOfUnionid(first, second as Unionid)
    if (id === null) throw new OrderRefused(`Nobody has this unionid in the Open Platform account ${first}.`)
    return byId(desk, id)
  }
  return byId(desk, kind)
}

/** The account that an id means today. */
async function byId({ store }: Desk, id: string): Promise<AccountRecord> {
  const account = await resolveAccount(store.read, id)
  if (!account) throw new OrderRefused(`There is no account ${id}.`)
  return account
}

/** By the operator's key, or by appid: people remain of apps that are configured no more. */
function appidOf(desk: Pick<Desk, 'apps' | 'knownFrom'>, name: string): string {
  const app = desk.apps.find(({ key, appid }) => key === name || appid === name)
  if (app) return app.appid
  if (/^wx\w+$/.test(name)) return name
  throw new OrderRefused(unknownApp(name, desk))
}

function unknownApp(name: string, { apps, knownFrom }: Pick<Desk, 'apps' | 'knownFrom'>): string {
  const keys = apps.map(({ key }) => key).join(', ')
  const instead = keys === '' ? 'write the appid' : `write one of ${keys}, or (to find somebody) an appid`
  return `There is no app ${name} ${knownFrom}: ${instead}.`
}

function summary({ id, status, nickname, createdAt }: AccountRecord): object {
  return { id, status, nickname, createdAt }
}

function carried({ account, ended }: Carried): object {
  return { ...summary(account), ...counted(ended) }
}

function counted({ sessions, tickets }: Ended): object {
  return { endedSessions: sessions.length, endedLogins: tickets.length }
}

/** Epoch milliseconds of a date as people write it. @throws OrderRefused */
function momentOf(text: string, now: number): number {
  const at = /^\d{4}-\d{2}-\d{2}(T.+(Z|[+-]\d{2}:?\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new OrderRefused(`${text} is no time: write it like 2026-01-31T12:00+08:00.`)
  if (at > now) throw new OrderRefused(`${text} is still to come: what is learnt until then would be forgotten too.`)
  return at
}

/** What is known, under the names that `show` uses; what is not is left out. */
function historyLine({ at, act, actor, actorName, accountId, appKey, ...rest }: AuditEntry): object {
  const all = { doneAt: at, act, account: accountId, actor, actorName, app: appKey, ...rest }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}

function mergeSummary(merge: MergeRecord, apps: readonly WechatApp[]): object {
  const { id, survivorId, loserId, mergedAt, undoneAt, clearedAt, cause, identities } = merge
  return {
    id,
    survivor: survivorId,
    loser: loserId,
    mergedAt,
    cause: { app: appNameOf(apps, cause.appid), openid: cause.openid, unionid: cause.unionid },
    movedIdentities: identities.map(({ appid, openid }) => ({ app: appNameOf(apps, appid), openid })),
    undoneAt,
    clearedAt,
  }
}
