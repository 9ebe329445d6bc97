// The bodies of the operator's console (`/api/admin/…`): an interface of our own page and of nobody else's. CONSOLE.md tells
// of it.
import * as z from 'zod/mini'
import { AccountView, SESSION_METHODS, SessionView } from './api.js'
import type { Reason } from './ticket.js'

const id = z.string().check(z.maxLength(64))
const wechatId = z.string().check(z.maxLength(128))

/** Why an order was not carried out. */
const ADMIN_REFUSALS = [
  'no_account',
  'deleted',
  'no_session',
  'no_merge',
  'not_standing',
  'rests_on',
  'nothing_left',
  'not_apart',
  'no_identity',
  'no_unionid',
  'has_role',
  'no_role',
  'last_operator',
  'other',
] as const
export type AdminRefusal = (typeof ADMIN_REFUSALS)[number]

/** Why a session ended before its time, as the audit trail says it. */
export type EndReason =
  | 'logout'
  | 'other_device'
  | 'replaced'
  | 'ordered'
  | 'disabled'
  | 'merge_undone'
  | 'consent_withdrawn'
  | 'identity_removed'
  | 'account_deleted'

/** Why an act happened: how a login or a session ended, or which notice of WeChat's it was. */
export type ActReason = Reason | EndReason | 'revoked' | 'cancelled' | 'profile_modified'

/** `POST /api/admin/claim`. */
export const ClaimCode = z.object({ code: z.string().check(z.maxLength(64)) })
export type ClaimCode = z.infer<typeof ClaimCode>

/** `GET /api/admin/me`: an operator, or somebody who may become one by a code. */
export const AdminMe = z.object({
  role: z.enum(['operator', 'claimant']),
  account: AccountView,
  /** Until when grave orders may be given without signing in again. */
  freshUntil: z.number(),
  serverTime: z.number(),
})
export type AdminMe = z.infer<typeof AdminMe>

export const AdminOrder = z.discriminatedUnion('order', [
  z.object({ order: z.literal('disable'), account: id }),
  z.object({ order: z.literal('enable'), account: id }),
  z.object({ order: z.literal('endSessions'), account: id }),
  z.object({ order: z.literal('endSession'), account: id, session: id }),
  z.object({ order: z.literal('delete'), account: id }),
  z.object({ order: z.literal('grant'), account: id }),
  z.object({ order: z.literal('revoke'), account: id }),
  z.object({ order: z.literal('undoMerge'), merge: id }),
  z.object({ order: z.literal('clearMerge'), merge: id }),
  z.object({ order: z.literal('forgetUnionid'), appid: wechatId, openid: wechatId }),
])
export type AdminOrder = z.infer<typeof AdminOrder>

/** `POST /api/admin/orders`: what ended with it, or why nothing was done. */
export const AdminOrdered = z.object({
  done: z.boolean(),
  why: z.nullable(z.enum(ADMIN_REFUSALS)),
  about: z.nullable(z.string()),
  endedSessions: z.number(),
  endedLogins: z.number(),
})
export type AdminOrdered = z.infer<typeof AdminOrdered>

const STATUSES = ['active', 'disabled', 'merged', 'deleted'] as const
const AdminAccount = z.object({ ...AccountView.shape, status: z.enum(STATUSES) })

/** `GET /api/admin/accounts?q=`. */
export const AdminFound = z.object({
  found: z.array(z.object({ by: z.enum(['account', 'openid', 'unionid', 'name']), account: AdminAccount })),
})
export type AdminFound = z.infer<typeof AdminFound>

/** One act of the audit trail. */
export const AdminAct = z.object({
  at: z.number(),
  act: z.string(),
  actor: z.enum(['person', 'operator', 'wechat']),
  actorName: z.nullable(z.string()),
  accountId: z.nullable(z.string()),
  method: z.nullable(z.enum(SESSION_METHODS)),
  appKey: z.nullable(z.string()),
  subject: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  address: z.nullable(z.string()),
  browser: z.nullable(z.string()),
  os: z.nullable(z.string()),
})
export type AdminAct = z.infer<typeof AdminAct>

/** `GET /api/admin/accounts/:id`. */
export const AdminSeen = z.object({
  account: AdminAccount,
  operates: z.boolean(),
  tombstones: z.array(z.string()),
  identities: z.array(
    z.object({
      app: z.string(),
      appid: z.string(),
      openid: z.string(),
      unionid: z.nullable(z.string()),
      openPlatform: z.string(),
      linkedAt: z.number(),
      lastUsedAt: z.number(),
    }),
  ),
  sessions: z.array(z.object({ ...SessionView.shape, kind: z.enum(['browser', 'bearer']) })),
  merges: z.array(
    z.object({
      id: z.string(),
      survivor: z.string(),
      loser: z.string(),
      mergedAt: z.number(),
      app: z.string(),
      undoneAt: z.nullable(z.number()),
      clearedAt: z.nullable(z.number()),
    }),
  ),
  history: z.array(AdminAct),
  serverTime: z.number(),
})
export type AdminSeen = z.infer<typeof AdminSeen>

/** `GET /api/admin/history`: the newest 200 acts of all. */
export const AdminHistory = z.object({ history: z.array(AdminAct), serverTime: z.number() })
export type AdminHistory = z.infer<typeof AdminHistory>

/** `GET /api/admin/operators`. */
export const AdminOperators = z.object({
  operators: z.array(
    z.object({ account: AdminAccount, grantedAt: z.number(), grantedBy: z.nullable(z.string()), you: z.boolean() }),
  ),
})
export type AdminOperators = z.infer<typeof AdminOperators>

/** Which of several nodes an answer is of: what is counted in memory is one node's own. */
export const AdminNode = z.object({ id: z.string(), host: z.string(), startedAt: z.number(), alone: z.boolean() })
export type AdminNode = z.infer<typeof AdminNode>

/** What happened in one step of time. */
export const NumbersStep = z.object({
  at: z.number(),
  /** Pages that wait for a scan at that moment. */
  waiting: z.number(),
  /** Sessions made, by method. Words without a number are left out, here and below. */
  logins: z.record(z.string(), z.number()),
  /** Tickets that ended, by status. */
  ended: z.record(z.string(), z.number()),
  /** Answers with an error, by code. */
  refusals: z.record(z.string(), z.number()),
  /** WeChat's refusals, by errcode. */
  wechat: z.record(z.string(), z.number()),
  /** From the news of a ticket's move to its page being told; null where none was told. */
  push: z.nullable(z.object({ count: z.number(), p50Ms: z.number(), p95Ms: z.number() })),
})
export type NumbersStep = z.infer<typeof NumbersStep>

/** `GET /api/admin/numbers?node=&after=`: steps of `everyMs`; the whole hour when another node is asked than before. */
export const AdminNumbers = z.object({
  node: AdminNode,
  everyMs: z.number(),
  steps: z.array(NumbersStep),
  serverTime: z.number(),
})
export type AdminNumbers = z.infer<typeof AdminNumbers>

/** One failed call to WeChat; `rid` is what WeChat's support asks for. */
export const WechatFailure = z.object({
  at: z.number(),
  path: z.string(),
  kind: z.string(),
  errcode: z.nullable(z.number()),
  rid: z.nullable(z.string()),
  why: z.string(),
})
export type WechatFailure = z.infer<typeof WechatFailure>

const APP_ALARMS = ['address_port', 'address_ip', 'unionid_missing', 'address_not_allowed', 'plain_pushes'] as const
export type AppAlarm = (typeof APP_ALARMS)[number]

/** How a WeChat app does, as this node has seen it since its start. */
export const AppHealth = z.object({
  key: z.string(),
  kind: z.enum(['website', 'official', 'mobile', 'miniprogram']),
  appid: z.string(),
  openPlatform: z.nullable(z.string()),
  /** `none`: not asked for yet. `resting`: WeChat refuses it, and is left alone until `until`. */
  token: z.object({ state: z.enum(['none', 'held', 'resting']), until: z.nullable(z.number()) }),
  lastNotice: z.nullable(z.object({ at: z.number(), notice: z.string() })),
  alarms: z.array(z.object({ alarm: z.enum(APP_ALARMS), at: z.nullable(z.number()), about: z.nullable(z.string()) })),
  /** The newest first, 20 at most. */
  failures: z.array(WechatFailure),
})
export type AppHealth = z.infer<typeof AppHealth>

/** `GET /api/admin/apps`. */
export const AdminApps = z.object({
  node: AdminNode,
  apps: z.array(AppHealth),
  /** How WeChat's hosts are taken to be. */
  hosts: z.record(z.string(), z.string()),
  serverTime: z.number(),
})
export type AdminApps = z.infer<typeof AdminApps>

/** `GET /api/admin/config`: as loaded, without anything secret. */
export const AdminConfig = z.object({
  node: AdminNode,
  settings: z.array(z.object({ name: z.string(), value: z.string() })),
})
export type AdminConfig = z.infer<typeof AdminConfig>

/** `POST /api/admin/jobs`. */
export const StartJob = z.discriminatedUnion('job', [
  z.object({ job: z.literal('purge') }),
  z.object({
    job: z.literal('migratePlatform'),
    app: z.string().check(z.maxLength(64)),
    /** When the app moved, where its Open Platform account kept its name. */
    movedAt: z.optional(z.number()),
  }),
])
export type StartJob = z.infer<typeof StartJob>

export const AdminJob = z.object({
  id: z.string(),
  job: z.enum(['purge', 'migratePlatform']),
  app: z.nullable(z.string()),
  state: z.enum(['running', 'done', 'failed']),
  startedAt: z.number(),
  endedAt: z.nullable(z.number()),
  /** Rows worked on so far. How many there will be nobody knows before. */
  rows: z.number(),
})
export type AdminJob = z.infer<typeof AdminJob>

/** `GET /api/admin/jobs`: of this node, newest first. */
export const AdminJobs = z.object({ node: AdminNode, jobs: z.array(AdminJob), serverTime: z.number() })
export type AdminJobs = z.infer<typeof AdminJobs>
