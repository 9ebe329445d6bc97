// What a transaction has recorded becomes lines of the log, once its commit is known to have succeeded.
import type { AuditEntry, Log } from '#server/core/ports.js'

/** Hears of each entry that is appended. */
export type Note = (entry: AuditEntry) => void

/**
 * Runs `work` by `submit`, which may begin it again; only what its last run recorded is logged. The line says what
 * happened and to which account, and not from where: that is in the database alone.
 */
export async function withAuditLog<T>(log: Log, submit: (begin: () => Note) => Promise<T>): Promise<T> {
  let entries: AuditEntry[] = []
  const value = await submit(() => {
    const own: AuditEntry[] = []
    entries = own
    return (entry) => void own.push(entry)
  })
  for (const { act, actor, actorName, accountId, method, appKey, subject, reason } of entries) {
    log.info('audit', { act, actor, actorName, account: accountId, method, app: appKey, subject, reason })
  }
  return value
}
