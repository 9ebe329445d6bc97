// The audit trail as rows, in the order in which they were written. Nothing here changes what a row says happened.
import { ACTORS, ACTS, type AuditEntry, type AuditReads, type AuditWrites, type NewEntry } from '#server/core/ports.js'
import { SESSION_METHODS } from '#shared/api.js'
import type { Note } from './audit-log.js'
import { type Dialect, insertInto } from './dialect.js'
import { readRow } from './rows.js'
import type { Bind, Row, Sql } from './sql.js'

export const AUDIT_COLUMNS = [
  'done_at',
  'act',
  'actor',
  'actor_name',
  'account_id',
  'method',
  'app_key',
  'subject',
  'reason',
  'address',
  'browser',
  'os',
] as const

/** Committed entries. */
export function createAuditReads(sql: Sql, dialect: Dialect): AuditReads {
  const newest = 'ORDER BY done_at DESC, id DESC LIMIT $limit'
  const ofAccounts = `SELECT * FROM audit WHERE ${dialect.among('account_id', 'ids')} ${newest}`
  const loginsOf = `SELECT * FROM audit WHERE act = 'login' AND ${dialect.among('account_id', 'ids')} ${newest}`
  return {
    async loginsOf(accountIds, limit) {
      if (accountIds.length === 0) return []
      return (await sql.rows(loginsOf, { ids: JSON.stringify(accountIds), limit })).map(readEntry)
    },
    async ofAccounts(accountIds, limit) {
      if (accountIds.length === 0) return []
      return (await sql.rows(ofAccounts, { ids: JSON.stringify(accountIds), limit })).map(readEntry)
    },
    async page(limit, after) {
      const rows = await sql.rows('SELECT * FROM audit WHERE id > $after ORDER BY id LIMIT $limit', { after, limit })
      const last = rows.at(-1)
      return { entries: rows.map(readEntry), last: last ? readRow('audit', last).integer('id') : null }
    },
    async latest(limit) {
      return (await sql.rows(`SELECT * FROM audit ${newest}`, { limit })).map(readEntry)
    },
  }
}

/** Entries inside a transaction. @param note hears of each; it may still be rolled back */
export function createAudit(sql: Sql, dialect: Dialect, note: Note): AuditReads & AuditWrites {
  const insert = insertInto('audit', AUDIT_COLUMNS)
  const forget = `UPDATE audit SET address = NULL, browser = NULL, os = NULL WHERE ${dialect.among('account_id', 'ids')}`
  return {
    ...createAuditReads(sql, dialect),
    async append(fresh) {
      const entry = toEntry(fresh)
      await sql.run(insert, entryRow(entry))
      note(entry)
    },
    async forgetMachines(accountIds) {
      await sql.run(forget, { ids: JSON.stringify(accountIds) })
    },
  }
}

/** An entry with everything that was left out. */
export function toEntry({ at, act, who, ...rest }: NewEntry): AuditEntry {
  const { accountId = null, method = null, appKey = null, subject = null, reason = null } = rest
  const { actor, name: actorName, device } = who
  const { address = null, browser = null, os = null } = device ?? {}
  return { at, act, actor, actorName, accountId, method, appKey, subject, reason, address, browser, os }
}

/** The columns of an entry. */
export function entryRow(entry: AuditEntry): Bind {
  const { at, act, actor, actorName, accountId, method, appKey, subject, reason, address, browser, os } = entry
  const row = { done_at: at, act, actor, actor_name: actorName, account_id: accountId, method, app_key: appKey }
  return { ...row, subject, reason, address, browser, os }
}

function readEntry(row: Row): AuditEntry {
  const read = readRow('audit', row)
  return {
    at: read.integer('done_at'),
    act: read.oneOf('act', ACTS),
    actor: read.oneOf('actor', ACTORS),
    actorName: read.textOrNull('actor_name'),
    accountId: read.textOrNull('account_id'),
    method: read.oneOfOrNull('method', SESSION_METHODS),
    appKey: read.textOrNull('app_key'),
    subject: read.textOrNull('subject'),
    reason: read.textOrNull('reason'),
    address: read.textOrNull('address'),
    browser: read.textOrNull('browser'),
    os: read.textOrNull('os'),
  }
}
