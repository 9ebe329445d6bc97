// Development only: every state of the console at `?state=NAME`, without a server. No build for production contains this.
import type { AdminAct, AdminMe, AdminNode, AdminSeen, NumbersStep } from '#shared/admin.js'
import { createMachine } from '../machine.js'
import type { AdminMachine } from './machine.js'
import { type AdminEvent, type AdminState, type Desk, reduce } from './state.js'

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS
const now = Date.UTC(2026, 4, 20, 6, 30)
const olga = { id: 'acc_0123456789abcdef0123', nickname: '林小满', avatarUrl: '', createdAt: now - 40 * DAY_MS }
const wang = { id: 'acc_89abcdef0123456789ab', nickname: '老王', avatarUrl: '', createdAt: now - 12 * DAY_MS }
const me: AdminMe = { role: 'operator', account: olga, freshUntil: now + DAY_MS / 2, serverTime: now }
const node: AdminNode = { id: 'k3Q9x_2a', host: 'login-1', startedAt: now - 2 * DAY_MS, alone: true }

/** An hour whose curves are the same each time. */
const steps: readonly NumbersStep[] = Array.from({ length: 720 }, (_, n) => {
  const wave = (length: number, high: number) => Math.max(0, Math.round(high * (0.5 + 0.5 * Math.sin(n / length))))
  return {
    at: now - (720 - n) * 5_000,
    waiting: 40 + wave(60, 50),
    logins: { website: wave(50, 4), relay: wave(35, 3), official: n % 7 === 0 ? 1 : 0 },
    ended: { redeemed: wave(50, 7), expired: n % 9 === 0 ? 2 : 0, denied: n % 40 === 0 ? 1 : 0 },
    refusals: { signed_out: wave(20, 3), ticket_unknown: n % 30 === 0 ? 1 : 0 },
    wechat: n > 300 && n < 380 ? { '-1': 2, '40029': n % 3 } : {},
    push: { count: 5, p50Ms: 2 + wave(40, 3), p95Ms: 9 + wave(25, 20) },
  }
})

const act = (at: number, name: string, more: Partial<AdminAct> = {}): AdminAct => ({
  ...{ at, act: name, actor: 'person', actorName: null, accountId: wang.id, method: null, appKey: null },
  ...{ subject: null, reason: null, address: '203.0.113.24', browser: 'Chrome 142', os: 'Windows 10/11', ...more },
})
const acts = [
  act(now, 'viewed', { actor: 'operator', actorName: olga.id }),
  act(now - 9 * MINUTE_MS, 'refused', { reason: 'needs_attention', method: 'relay', appKey: 'mp' }),
  act(now - DAY_MS, 'merged', { method: 'official', appKey: 'mp', subject: 'mrg_0123456789ab' }),
  act(now - DAY_MS, 'login', { method: 'website', appKey: 'pc', subject: 'ses_0123456789ab' }),
]
const seen: AdminSeen = {
  account: { ...wang, status: 'active' },
  operates: false,
  tombstones: ['acc_ffff0123456789abcdef'],
  identities: [
    {
      ...{ app: 'pc', appid: 'wx0123456789abcdef', openid: 'oA1b2C3d4E5f6G7h8I9j0KlMnOpQ', openPlatform: 'main' },
      ...{ unionid: 'uZ9y8X7w6V5u4T3s2R1q0PoNmLkJ', linkedAt: now - 12 * DAY_MS, lastUsedAt: now - DAY_MS },
    },
    {
      ...{ app: 'mp', appid: 'wxfedcba9876543210', openid: 'oQpOnMlK0j9I8h7G6f5E4d3C2b1A', openPlatform: 'main' },
      ...{ unionid: null, linkedAt: now - 3 * DAY_MS, lastUsedAt: now - 3 * DAY_MS },
    },
  ],
  sessions: [
    {
      ...{ id: 'ses_0123456789ab', kind: 'browser', method: 'website', createdAt: now - DAY_MS, lastSeenAt: now },
      device: { browser: 'Chrome 142', os: 'Windows 10/11', address: '203.0.113.24', place: '杭州' },
      expiresAt: now + 6 * DAY_MS,
    },
  ],
  merges: [
    {
      ...{ id: 'mrg_0123456789ab', survivor: wang.id, loser: 'acc_ffff0123456789abcdef', mergedAt: now - DAY_MS },
      ...{ app: 'mp', undoneAt: null, clearedAt: null },
    },
    {
      ...{ id: 'mrg_ba9876543210', survivor: wang.id, loser: 'acc_eeee0123456789abcdef', mergedAt: now - 3 * DAY_MS },
      ...{ app: 'mini', undoneAt: now - 2 * DAY_MS, clearedAt: null },
    },
  ],
  history: acts,
  serverTime: now,
}

const desk: Desk = {
  name: 'desk',
  me,
  section: 'overview',
  numbers: [{ node, everyMs: 5_000, steps }],
  node: node.id,
  known: {
    apps: {
      node,
      hosts: { open: 'closed', api: 'half_open' },
      serverTime: now,
      apps: [
        {
          ...{ key: 'pc', kind: 'website', appid: 'wx0123456789abcdef', openPlatform: 'main', lastNotice: null },
          ...{ token: { state: 'none', until: null }, alarms: [], failures: [] },
        },
        {
          ...{ key: 'mp', kind: 'official', appid: 'wxfedcba9876543210', openPlatform: null },
          token: { state: 'resting', until: now + 5 * MINUTE_MS },
          lastNotice: { at: now - DAY_MS, notice: 'revoked' },
          alarms: [
            { alarm: 'address_not_allowed', at: now, about: '198.51.100.7' },
            { alarm: 'unionid_missing', at: now, about: null },
          ],
          failures: [
            {
              ...{ at: now, path: '/cgi-bin/stable_token', kind: 'config', errcode: 40164, why: 'errcode' },
              rid: '6474a1b2-1c2d3e4f-5a6b7c8d',
            },
          ],
        },
      ],
    },
    jobs: {
      node,
      serverTime: now,
      jobs: [
        {
          id: 'job_2',
          job: 'migratePlatform',
          app: 'mp',
          state: 'running',
          startedAt: now,
          endedAt: null,
          rows: 12_400,
        },
        { id: 'job_1', job: 'purge', app: null, state: 'done', startedAt: now, endedAt: now, rows: 503 },
      ],
    },
    history: { history: acts, serverTime: now },
    operators: {
      operators: [
        { account: { ...olga, status: 'active' }, grantedAt: now - 30 * DAY_MS, grantedBy: null, you: true },
        { account: { ...wang, status: 'disabled' }, grantedAt: now - DAY_MS, grantedBy: olga.id, you: false },
      ],
    },
    config: {
      node,
      settings: [
        { name: 'publicUrl', value: 'https://login.example.com' },
        { name: 'database', value: 'PostgreSQL at 10.0.0.5:5432, database saoma' },
        { name: 'sessionKeys', value: '2 configured' },
        { name: 'redis', value: '' },
      ],
    },
  },
  query: '',
  found: [],
  opening: null,
  seen: null,
  asking: null,
  busy: false,
  outcome: null,
  problem: null,
}
const people: Desk = { ...desk, section: 'accounts' }
const atWang: Desk = { ...people, seen }
const quiet = { apps: null, jobs: null, history: null, operators: null, config: null }
const done = { done: true, why: null, about: null, endedSessions: 1, endedLogins: 0 } as const
const asked = { kind: 'order', order: { order: 'endSession', account: wang.id, session: 'ses_0123456789ab' } } as const

export const samples: Readonly<Record<string, AdminState>> = {
  loading: { name: 'loading' },
  claim: { name: 'claim', me: { ...me, role: 'claimant' }, code: null, problem: null },
  claiming: { name: 'claim', me: { ...me, role: 'claimant' }, code: 'X', problem: null },
  claimWrong: { name: 'claim', me: { ...me, role: 'claimant' }, code: null, problem: 'not_found' },
  overview: desk,
  overviewEmpty: { ...desk, numbers: [], node: '' },
  overviewNodes: {
    ...desk,
    numbers: [...desk.numbers, { node: { ...node, id: 'b', alone: false }, everyMs: 5_000, steps }],
  },
  accounts: people,
  finding: { ...people, query: '老', found: null },
  found: { ...people, query: '老', found: [{ by: 'name', account: seen.account }] },
  foundNone: { ...people, query: 'nobody' },
  opening: { ...people, opening: wang.id },
  account: atWang,
  accountDeleted: {
    ...atWang,
    seen: { ...seen, account: { ...wang, status: 'deleted' }, identities: [], sessions: [], merges: [] },
  },
  asking: { ...atWang, asking: asked },
  askingMerge: { ...atWang, asking: { kind: 'order', order: { order: 'undoMerge', merge: 'mrg_0123456789ab' } } },
  askingWhole: { ...atWang, asking: { kind: 'order', order: { order: 'disable', account: wang.id } } },
  carrying: { ...atWang, asking: asked, busy: true },
  stale: { ...atWang, asking: asked, problem: 'signed_out' },
  ordered: { ...atWang, outcome: done },
  refused: { ...atWang, outcome: { ...done, done: false, why: 'rests_on', about: 'mrg_ba9876543210' } },
  apps: { ...desk, section: 'apps' },
  jobs: { ...desk, section: 'jobs' },
  askingJob: { ...desk, section: 'jobs', asking: { kind: 'job', job: { job: 'purge' } } },
  history: { ...desk, section: 'history' },
  operators: { ...desk, section: 'operators' },
  config: { ...desk, section: 'config' },
  reading: { ...desk, section: 'apps', known: quiet },
  problem: { ...desk, section: 'apps', problem: 'network' },
  gone: { name: 'gone' },
  unreachable: { name: 'unreachable', code: 'network' },
}

/** A machine that stands in the state that `search` names, or null if it names none. */
export function sampleMachine(search: string): AdminMachine | null {
  const initial = samples[new URLSearchParams(search).get('state') ?? '']
  return initial ? createMachine<AdminState, AdminEvent>({ initial, reduce, task: () => null }) : null
}
