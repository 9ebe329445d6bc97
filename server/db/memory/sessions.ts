// Sessions of a transaction: a new one is worked out in memory, and so is finding one that nothing has happened to.
import type { SessionReads, SessionRecord, SessionWrites } from '#server/core/ports.js'
import { type SessionLimits, sessionExpiry } from '#server/core/session/session.js'
import { type Job, over, peekRow } from './job.js'

/** @returns the port, as one job sees it */
export function createSessions(
  { workspace: { sessions }, sql, cold }: Job,
  limits: SessionLimits,
): SessionReads & SessionWrites {
  const hot: Pick<SessionReads & SessionWrites, 'find' | 'insert'> = {
    async find(hash, now) {
      sql.alive()
      const known = sessions.get(hash)
      return known ? living(known, limits, now) : cold().sessions.find(hash, now)
    },
    async insert(record) {
      sql.alive()
      let known: SessionRecord | null | undefined = sessions.get(record.hash)
      if (known === undefined) {
        const used = await peekRow(sql, 'SELECT 1 FROM sessions WHERE hash = $hash', { hash: record.hash })
        if (used !== null) return false
        known = null
      }
      if (known !== null) return false
      sessions.put(record.hash, record)
      return true
    },
  }
  return over(hot, () => cold().sessions)
}

/** The session as today's limits have it, or null when it lives no more. */
export function living(record: SessionRecord, limits: SessionLimits, now: number): SessionRecord | null {
  const expiresAt = Math.min(record.expiresAt, sessionExpiry(limits, record.createdAt, record.lastSeenAt))
  if (expiresAt <= now) return null
  return expiresAt === record.expiresAt ? record : { ...record, expiresAt }
}
