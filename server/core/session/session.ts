// Browser and app sessions: how their ids come about, how long they live, how they are seen.
import type { OwnSession, SessionView } from '#shared/api.js'
import { sha256 } from '../keyring.js'
import type { Device, SessionRecord } from '../ports.js'

const DAY_MS = 24 * 3_600_000

/** How long sessions live. They are measured against it whenever they are read, also those begun under other limits. */
export interface SessionLimits {
  /** A session that nobody uses for this long is over. */
  readonly idleMs: number
  /** A session is over after this in any case: the person scans again. */
  readonly absoluteMs: number
}

export const SESSION_LIMITS: SessionLimits = { idleMs: 7 * DAY_MS, absoluteMs: 30 * DAY_MS }

/** Activity is written down at most this often; more often where idleness is counted in minutes. */
export function touchEvery({ idleMs }: SessionLimits): number {
  return Math.min(5 * 60_000, idleMs / 10)
}

/** Under which a session id is stored and looked up. */
export function sessionHash(sessionId: string): string {
  return sha256(sessionId)
}

/** Until when a session last used at `lastSeenAt` is good. */
export function sessionExpiry({ idleMs, absoluteMs }: SessionLimits, createdAt: number, lastSeenAt: number): number {
  return Math.min(lastSeenAt + idleMs, createdAt + absoluteMs)
}

/** A stored session as its owner may see it. */
export function presentSession(record: SessionRecord): SessionView {
  const { id, method, device, createdAt, lastSeenAt, expiresAt } = record
  return { id, method, device, createdAt, lastSeenAt, expiresAt }
}

/** The same among the others of its account. @param currentId the session that asks */
export function presentOwn(record: SessionRecord, currentId: string): OwnSession {
  const { kind } = record
  return { ...presentSession(record), kind, name: deviceName(record), current: record.id === currentId }
}

/** What to call a device in one line; of a program that says nothing of itself, the app it came by. */
function deviceName({ device: { browser, os }, appKey }: { device: Device; appKey: string | null }): string {
  const known = [browser, os].filter((part) => part !== '' && !part.startsWith('Unknown '))
  return known.length > 0 ? known.join(' · ') : (appKey ?? '')
}
