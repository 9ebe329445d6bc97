// Sessions as rows. An ended one keeps its row, so that no slow request can bring it back.
import type { SessionReads, SessionRecord, SessionWrites } from '#server/core/ports.js'
import { SESSION_METHODS } from '#shared/api.js'
import type { Dialect } from './dialect.js'
import { readRow } from './rows.js'
import { firstRow, type Row, type Sql } from './sql.js'

const KINDS = ['browser', 'bearer'] as const
const COLUMNS = [
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
export function createSessionReads(sql: Sql, dialect: Dialect): SessionReads {
  const livingAmong = `SELECT id FROM sessions WHERE ${dialect.among('id', 'ids')} AND ended_at IS NULL AND expires_at > $now`
  return {
    async find(hash, now) {
      const row = await firstRow(
        sql,
        'SELECT * FROM sessions WHERE hash = $hash AND ended_at IS NULL AND expires_at > $now',
        { hash, now },
      )
      return row && toRecord(row)
    },
    async aliveAmong(ids, now) {
      if (ids.length === 0) return []
      const rows = await sql.rows(livingAmong, { ids: JSON.stringify(ids), now })
      return rows.map((row) => readRow('sessions', row).text('id'))
    },
    async ofAccount(accountId, now) {
      const rows = await sql.rows(
        'SELECT * FROM sessions WHERE account_id = $accountId AND ended_at IS NULL AND expires_at > $now ORDER BY created_at DESC, hash',
        { accountId, now },
      )
      return rows.map(toRecord)
    },
  }
}

/** Sessions inside a transaction. */
export function createSessions(sql: Sql, dialect: Dialect): SessionReads & SessionWrites {
  const reads = createSessionReads(sql, dialect)
  const insert = dialect.insertIgnore('sessions', COLUMNS, ['hash'])
  const end: SessionWrites['end'] = async (hash, at) => {
    // An expired session is marked too: a late touch with an older clock must not find it.
    const ended = await sql.run('UPDATE sessions SET ended_at = $at WHERE hash = $hash AND ended_at IS NULL', {
      hash,
      at,
    })
    const row = ended === 1 ? await firstRow(sql, 'SELECT * FROM sessions WHERE hash = $hash', { hash }) : null
    const record = row && toRecord(row)
    return record && record.expiresAt > at ? record : null
  }
  return {
    ...reads,
    async insert(record) {
      const row = {
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
      return (await sql.run(insert, row)) === 1
    },
    async touch(hash, at, expiresAt) {
      // A slow request must not set the clock back. The expiry comes first: MariaDB assigns from left to right.
      const touched = await sql.run(
        `UPDATE sessions SET
           expires_at = CASE WHEN last_seen_at <= $at THEN $expiresAt ELSE expires_at END,
           last_seen_at = CASE WHEN last_seen_at <= $at THEN $at ELSE last_seen_at END
         WHERE hash = $hash AND ended_at IS NULL AND expires_at > $at`,
        { hash, at, expiresAt },
      )
      // A living row that the CASEs leave as it is counts as none on MariaDB.
      return touched === 1 || (await reads.find(hash, at)) !== null
    },
    end,
    async endOf(accountId, at, { appKey, since } = {}) {
      const conditions = ['account_id = $accountId', 'ended_at IS NULL', 'expires_at > $at']
      if (appKey !== undefined) conditions.push('app_key = $appKey')
      if (since !== undefined) conditions.push('created_at >= $since')
      const bind = {
        accountId,
        at,
        ...(appKey === undefined ? {} : { appKey }),
        ...(since === undefined ? {} : { since }),
      }
      const rows = await sql.rows(`SELECT hash FROM sessions WHERE ${conditions.join(' AND ')}`, bind)
      const ended: string[] = []
      // One by one: who else ends one at this moment is its only ender.
      for (const row of rows) {
        const record = await end(readRow('sessions', row).text('hash'), at)
        if (record) ended.push(record.id)
      }
      return ended
    },
  }
}

function toRecord(row: Row): SessionRecord {
  const read = readRow('sessions', row)
  return {
    hash: read.text('hash'),
    id: read.text('id'),
    accountId: read.text('account_id'),
    kind: read.oneOf('kind', KINDS),
    method: read.oneOf('method', SESSION_METHODS),
    appKey: read.textOrNull('app_key'),
    device: read.device('device'),
    createdAt: read.integer('created_at'),
    lastSeenAt: read.integer('last_seen_at'),
    expiresAt: read.integer('expires_at'),
  }
}
