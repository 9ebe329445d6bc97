// Records for the contract suites, each valid by itself and different from every other.
import type {
  AccountRecord,
  CallbackRecord,
  IdentityRecord,
  MergeRecord,
  Openid,
  SessionRecord,
  TicketRecord,
  Unionid,
} from '#server/core/ports.js'

/** The time the suites' clock shows. */
export const NOW = 1_800_000_000_000
export const MINUTE = 60_000

let count = 0

/** A string that no other call returned. */
export function unique(prefix: string): string {
  count += 1
  return `${prefix}_${count}`
}

export function openid(value = unique('openid')): Openid {
  return value as Openid
}

export function unionid(value = unique('unionid')): Unionid {
  return value as Unionid
}

const device = { browser: 'Chrome 140', os: 'Windows 11', address: '203.0.113.7', place: null }

export function ticket(overrides: Partial<TicketRecord> = {}): TicketRecord {
  return {
    id: unique('tkt'),
    method: 'relay',
    appKey: 'mp',
    status: 'pending',
    version: 1,
    createdAt: NOW,
    expiresAt: NOW + MINUTE,
    returnTo: '/',
    device,
    phoneHash: null,
    proof: null,
    scannedBy: null,
    explicit: false,
    matchTries: 0,
    accountId: null,
    reason: null,
    attemptHash: null,
    redeemedAt: null,
    code: null,
    ...overrides,
  }
}

export function callback(overrides: Partial<CallbackRecord> = {}): CallbackRecord {
  return {
    stateHash: unique('state'),
    codeHash: unique('code'),
    phoneHash: unique('phone'),
    ticketId: unique('tkt'),
    startedAt: NOW,
    beat: 0,
    outcome: null,
    ...overrides,
  }
}

export function account(overrides: Partial<AccountRecord> = {}): AccountRecord {
  return {
    id: unique('acc'),
    status: 'active',
    createdAt: NOW,
    mergedInto: null,
    nickname: '',
    avatarUrl: '',
    nicknameSource: null,
    nicknameAt: null,
    avatarSource: null,
    avatarAt: null,
    ...overrides,
  }
}

export function identity(accountId: string, overrides: Partial<IdentityRecord> = {}): IdentityRecord {
  return {
    appid: 'wx0000000000000001',
    openid: openid(),
    platform: 'main',
    unionid: null,
    unionidAt: null,
    accountId,
    createdAt: NOW,
    lastUsedAt: NOW,
    ...overrides,
  }
}

export function session(accountId: string, overrides: Partial<SessionRecord> = {}): SessionRecord {
  return {
    hash: unique('hash'),
    id: unique('ses'),
    accountId,
    kind: 'browser',
    method: 'relay',
    appKey: 'mp',
    device,
    createdAt: NOW,
    lastSeenAt: NOW,
    expiresAt: NOW + 60 * MINUTE,
    renewal: null,
    ...overrides,
  }
}

export function merge(survivorId: string, loserId: string, overrides: Partial<MergeRecord> = {}): MergeRecord {
  return {
    id: unique('mrg'),
    survivorId,
    loserId,
    mergedAt: NOW,
    cause: { appid: 'wx0000000000000001', openid: openid(), unionid: unionid() },
    identities: [],
    unionids: [],
    sessions: [],
    kept: { identities: [], unionids: [], sessions: [] },
    undoneAt: null,
    clearedAt: null,
    ...overrides,
  }
}
