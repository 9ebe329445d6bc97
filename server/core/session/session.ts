// Browser and app sessions: how their ids come about, how long they live, how they are seen.
import type { SessionView } from '#shared/api.js'
import { sha256 } from '../keyring.js'
import type { SessionRecord } from '../ports.js'

const DAY_MS = 24 * 3_600_000
/** A session that nobody uses for this long is over. */
export const SESSION_IDLE_MS = 7 * DAY_MS
/** A session is over after this in any case: the person scans again. */
export const SESSION_ABSOLUTE_MS = 30 * DAY_MS
/** Activity is written down at most this often. */
export const SESSION_TOUCH_MS = 5 * 60_000

/** Under which a session id is stored and looked up. */
export function sessionHash(sessionId: string): string {
  return sha256(sessionId)
}

/** Until when a session last used at `now` is good. */
export function sessionExpiry(createdAt: number, now: number): number {
  return Math.min(now + SESSION_IDLE_MS, createdAt + SESSION_ABSOLUTE_MS)
}

/** A stored session as its owner may see it. */
export function presentSession(record: SessionRecord): SessionView {
  const { id, method, device, createdAt, lastSeenAt, expiresAt } = record
  return { id, method, device, createdAt, lastSeenAt, expiresAt }
}
