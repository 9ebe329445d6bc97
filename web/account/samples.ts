// Development only: every state of the page at `?state=NAME`, without a server. No build for production contains this.
import { createMachine } from '../machine.js'
import type { AccountMachine } from './machine.js'
import { type AccountEvent, type AccountState, type Here, reduce } from './state.js'

const DAY_MS = 86_400_000
const now = Date.UTC(2026, 4, 20, 6, 30)
const here: Here = {
  name: 'here',
  me: {
    account: { id: 'acc_0123456789abcdef0123', nickname: '林小满', avatarUrl: '', createdAt: now - 40 * DAY_MS },
    session: {
      id: 'ses_0123456789abcdef0123',
      method: 'official',
      device: { browser: 'WeChat 8', os: 'iOS 18', address: '203.0.113.24', place: '上海' },
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + 30 * DAY_MS,
    },
  },
  config: {
    site: { name: '示例站点', logoUrl: null, agreementUrl: null, privacyUrl: null, agreementVersion: null, icp: null },
    publicUrl: 'http://localhost',
    methods: ['website'],
    languages: ['zh', 'en'],
    simulator: null,
  },
  doors: [
    { app: 'pc', kind: 'website', linkedAt: now - 40 * DAY_MS, lastUsedAt: now - 2 * DAY_MS },
    { app: 'mp', kind: 'official', linkedAt: now - 12 * DAY_MS, lastUsedAt: now },
    { app: 'mini', kind: 'miniprogram', linkedAt: now - 3 * DAY_MS, lastUsedAt: now - DAY_MS },
    { app: 'wx0123456789abcdef', kind: null, linkedAt: now - 39 * DAY_MS, lastUsedAt: now - 39 * DAY_MS },
  ],
  devices: {
    serverTime: now,
    sessions: [
      {
        ...{ id: 'ses_1', current: true, kind: 'browser', name: 'WeChat 8 · iOS 18', method: 'official' },
        device: { browser: 'WeChat 8', os: 'iOS 18', address: '203.0.113.24', place: '上海' },
        ...{ createdAt: now - DAY_MS / 24, lastSeenAt: now, expiresAt: now + 7 * DAY_MS },
      },
      {
        ...{ id: 'ses_2', current: false, kind: 'browser', name: 'Chrome 142 · Windows 10/11', method: 'website' },
        device: { browser: 'Chrome 142', os: 'Windows 10/11', address: '198.51.100.7', place: '杭州' },
        ...{ createdAt: now - 3 * DAY_MS, lastSeenAt: now - DAY_MS / 12, expiresAt: now + 7 * DAY_MS },
      },
      {
        ...{ id: 'ses_3', current: false, kind: 'bearer', name: 'mini', method: 'mini-program' },
        device: {
          browser: 'Unknown browser',
          os: 'Unknown system',
          address: '2001:db8:85a3::8a2e:370:7334',
          place: null,
        },
        ...{ createdAt: now - 29 * DAY_MS, lastSeenAt: now - 40_000, expiresAt: now + 7 * DAY_MS },
      },
    ],
  },
  logins: {
    serverTime: now,
    keptDays: 180,
    logins: Array.from({ length: 9 }, (_, i) => ({
      ...{ at: now - (i * 31 * DAY_MS) / 24, method: i % 3 === 1 ? 'website' : 'official', app: 'mp' },
      device: {
        ...(i % 3 === 1 ? { browser: 'Chrome 142', os: 'Windows 10/11' } : { browser: 'WeChat 8', os: 'iOS 18' }),
        ...{ address: '203.0.113.24', place: i % 3 === 1 ? '杭州' : null },
      },
      ...{ session: `ses_${i + 1}`, open: i < 2, current: i === 0 },
    })),
  },
  ending: null,
  erasing: false,
  cooled: false,
  busy: null,
  problem: null,
  exported: null,
}

export const samples: Readonly<Record<string, AccountState>> = {
  loading: { name: 'loading' },
  here,
  doorless: { ...here, doors: null },
  deviceless: { ...here, devices: null },
  endingOne: { ...here, ending: { id: 'ses_2' } },
  endingOthers: { ...here, ending: 'others' },
  endBusy: { ...here, ending: { id: 'ses_2' }, busy: 'end' },
  endFailed: { ...here, ending: { id: 'ses_2' }, problem: 'network' },
  leaving: { ...here, busy: 'logOut' },
  exported: { ...here, exported: '{\n  "account": {\n    "id": "acc_0123"\n  }\n}\n' },
  problem: { ...here, problem: 'network' },
  erasing: { ...here, erasing: true },
  cooled: { ...here, erasing: true, cooled: true },
  eraseBusy: { ...here, erasing: true, cooled: true, busy: 'erase' },
  eraseFailed: { ...here, erasing: true, cooled: true, problem: 'network' },
  erased: { name: 'erased', config: here.config },
  ended: { name: 'ended', config: here.config },
  unreachable: { name: 'unreachable', code: 'network' },
}

/** A machine that stands in the state that `search` names, or null if it names none. */
export function sampleMachine(search: string): AccountMachine | null {
  const initial = samples[new URLSearchParams(search).get('state') ?? '']
  return initial ? createMachine<AccountState, AccountEvent>({ initial, reduce, task: () => null }) : null
}
