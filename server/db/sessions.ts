// Sessions as rows. An ended one keeps its row, so that no slow request can bring it back.
import type { SessionReads, SessionRecord, SessionWrites } from '#server/core/ports.js'
import { RENEWAL_GRACE_MS } from '#server/core/session/renew.js'
import { type SessionLimits, sessionExpiry } from '#server/core/session/session.js'
import { SESSION_METHODS } from '#shared/api.js'
import type { Dialect } from './dialect.js'
import type { Living } from './living.js'
import { NO_DEVICE, readRow } from './rows.js'
import { type Bind, firstRow, type Row, type Sql } from './sql.js'

const KINDS = ['browser', 'bearer'] as const
export const SESSION_COLUMNS = [
  'hash',
  'id',
  'account_id',
  'kind',
  'method',
  'app_key',
  'device',
  'created_at',
  'last_seen_at',
  'expires_at',
] as const

/** Committed sessions, or those of a transaction: whatever `sql` sees. */
export function createSessionReads(sql: Sql, dialect: Dialect, living: Living): SessionReads {
  const { where, limits } = living
  const byHash = `SELECT * FROM sessions WHERE hash = $hash AND ${where}`
  const byOldHash = `SELECT * FROM sessions WHERE previous_hash = $hash AND (taken_at IS NULL OR taken_at > $takenAfter) AND ${where}`
  const among = `SELECT id FROM sessions WHERE ${dialect.among('id', 'ids')} AND ${where}`
  const ofAccount = `SELECT * FROM sessions WHERE account_id = $accountId AND ${where} ORDER BY created_at DESC, id`
  return {
    async find(hash, now) {
      const bind = { hash, ...living.at(now) }
      const row =
        (await firstRow(sql, byHash, bind)) ??
        (await firstRow(sql, byOldHash, { ...bind, takenAfter: now - RENEWAL_GRACE_MS }))
      return row && toSession(row, limits)
    },
    async aliveAmong(ids, now) {
      if (ids.length === 0) return []
      const rows = await sql.rows(among, { ids: JSON.stringify(ids), ...living.at(now) })
      return rows.map((row) => readRow('sessions', row).text('id'))
    },
    async ofAccount(accountId, now) {
      const rows = await sql.rows(ofAccount, { accountId, ...living.at(now) })
      return rows.map((row) => toSession(row, limits))
    },
  }
}

/** Sessions inside a transaction. */
export function createSessions(sql: Sql, dialect: Dialect, living: Living): SessionReads & SessionWrites {
  const { where, limits } = living
  const insert = dialect.insertIgnore('sessions', SESSION_COLUMNS, ['hash'])
  const end: SessionWrites['end'] = async (id, at) => {
    // An expired session is marked too: a late touch with an older clock must not find it.
    const ended = await sql.run('UPDATE sessions SET ended_at = $at WHERE id = $id AND ended_at IS NULL', { id, at })
    const row = ended === 1 ? await firstRow(sql, 'SELECT * FROM sessions WHERE id = $id', { id }) : null
    const record = row && toSession(row, limits)
    return record && record.expiresAt > at ? record : null
  }
  return {
    ...createSessionReads(sql, dialect, living),
    async insert(record) {
      return (await sql.run(insert, sessionRow(record))) === 1
    },
    async touch(id, at, expiresAt) {
      const bind = { id, ...living.at(at) }
      // A slow request must not set the clock back. The expiry comes first: MariaDB assigns from left to right.
      const touched = await sql.run(
        `UPDATE sessions SET
           expires_at = CASE WHEN last_seen_at <= $now THEN $expiresAt ELSE expires_at END,
           last_seen_at = CASE WHEN last_seen_at <= $now THEN $now ELSE last_seen_at END
         WHERE id = $id AND ${where}`,
        { ...bind, expiresAt },
      )
      // A living row that the CASEs leave as it is counts as none on MariaDB.
      return (
        touched === 1 || (await firstRow(sql, `SELECT id FROM sessions WHERE id = $id AND ${where}`, bind)) !== null
      )
    },
    async renewId(id, fromHash, toHash) {
      const text = `UPDATE sessions SET hash = $toHash, previous_hash = $fromHash, taken_at = NULL, renew = 0
        WHERE id = $id AND hash = $fromHash AND renew = 1 AND ended_at IS NULL`
      return (await sql.run(text, { id, fromHash, toHash })) === 1
    },
    async takeId(id, hash, at) {
      const text = `UPDATE sessions SET taken_at = $at
        WHERE id = $id AND hash = $hash AND previous_hash IS NOT NULL AND taken_at IS NULL`
      await sql.run(text, { id, hash, at })
    },
    end,
    async forgetDevices(accountIds) {
      const text = `UPDATE sessions SET device = $device WHERE ${dialect.among('account_id', 'ids')}`
      await sql.run(text, { ids: JSON.stringify(accountIds), device: NO_DEVICE })
    },
    async endOf(accountId, at, { appKey, except } = {}) {
      const conditions = ['account_id = $accountId', where]
      if (appKey !== undefined) conditions.push('app_key = $appKey')
      if (except !== undefined) conditions.push('id <> $except')
      const bind = {
        accountId,
        ...living.at(at),
        ...(appKey === undefined ? {} : { appKey }),
        ...(except === undefined ? {} : { except }),
      }
      const rows = await sql.rows(`SELECT id FROM sessions WHERE ${conditions.join(' AND ')} ORDER BY id`, bind)
      const ended: string[] = []
      // One by one: who else ends one at this moment is its only ender.
      for (const row of rows) {
        const record = await end(readRow('sessions', row).text('id'), at)
        if (record) ended.push(record.id)
      }
      return ended
    },
  }
}

/** The columns of a new session. */
export function sessionRow(record: SessionRecord): Bind {
  return {
    hash: record.hash,
    id: record.id,
    account_id: record.accountId,
    kind: record.kind,
    method: record.method,
    app_key: record.appKey,
    device: JSON.stringify(record.device),
    created_at: record.createdAt,
    last_seen_at: record.lastSeenAt,
    expires_at: record.expiresAt,
  }
}

/** @throws RowError */
export function toSession(row: Row, limits: SessionLimits): SessionRecord {
  const read = readRow('sessions', row)
  const [createdAt, lastSeenAt] = [read.integer('created_at'), read.integer('last_seen_at')]
  const [due, previousHash] = [read.flag('renew'), read.textOrNull('previous_hash')]
  return {
    hash: read.text('hash'),
    id: read.text('id'),
    accountId: read.text('account_id'),
    kind: read.oneOf('kind', KINDS),
    method: read.oneOf('method', SESSION_METHODS),
    appKey: read.textOrNull('app_key'),
    device: read.device('device'),
    createdAt,
    lastSeenAt,
    expiresAt: Math.min(read.integer('expires_at'), sessionExpiry(limits, createdAt, lastSeenAt)),
    renewal: due || previousHash !== null ? { due, previousHash, takenAt: read.integerOrNull('taken_at') } : null,
  }
}
