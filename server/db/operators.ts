// Operators and their one-time codes as rows.
import type { OperatorReads, OperatorRecord, OperatorWrites } from '#server/core/ports.js'
import type { Dialect } from './dialect.js'
import { readRow } from './rows.js'
import { firstRow, type Row, type Sql } from './sql.js'

const COLUMNS = ['account_id', 'granted_at', 'granted_by'] as const
const CODE_COLUMNS = ['hash', 'expires_at'] as const

const HAS = `SELECT account_id FROM operators
  WHERE account_id = $id OR account_id IN (SELECT id FROM accounts WHERE merged_into = $id) LIMIT 1`

/** Committed operators, or those of a transaction: whatever `sql` sees. */
export function createOperatorReads(sql: Sql): OperatorReads {
  return {
    async has(accountId) {
      return (await firstRow(sql, HAS, { id: accountId })) !== null
    },
    async list() {
      return (await sql.rows('SELECT * FROM operators ORDER BY granted_at, account_id LIMIT 200')).map(toOperator)
    },
    async codes(now) {
      const rows = await sql.rows('SELECT hash FROM operator_codes WHERE expires_at > $now ORDER BY hash', { now })
      return rows.map((row) => readRow('operator_codes', row).text('hash'))
    },
  }
}

/** Operators inside a transaction. */
export function createOperators(sql: Sql, dialect: Dialect): OperatorReads & OperatorWrites {
  const insert = dialect.insertIgnore('operators', COLUMNS, ['account_id'])
  const insertCode = dialect.insertIgnore('operator_codes', CODE_COLUMNS, ['hash'])
  const revoke = `DELETE FROM operators WHERE ${dialect.among('account_id', 'ids')}`
  return {
    ...createOperatorReads(sql),
    async grant({ accountId, grantedAt, grantedBy }) {
      return (await sql.run(insert, { account_id: accountId, granted_at: grantedAt, granted_by: grantedBy })) === 1
    },
    async hold() {
      return (await sql.rows(`SELECT * FROM operators ORDER BY account_id${dialect.forUpdate}`)).map(toOperator)
    },
    async revoke(accountIds) {
      return (await sql.run(revoke, { ids: JSON.stringify(accountIds) })) > 0
    },
    async putCode({ hash, expiresAt }, now) {
      await sql.run('DELETE FROM operator_codes WHERE expires_at <= $now', { now })
      await sql.run(insertCode, { hash, expires_at: expiresAt })
    },
    async useCode(hash, now) {
      const used = await sql.run('DELETE FROM operator_codes WHERE hash = $hash AND expires_at > $now', { hash, now })
      if (used !== 1) return false
      await sql.run('DELETE FROM operator_codes')
      return true
    },
  }
}

function toOperator(row: Row): OperatorRecord {
  const read = readRow('operators', row)
  return {
    accountId: read.text('account_id'),
    grantedAt: read.integer('granted_at'),
    grantedBy: read.textOrNull('granted_by'),
  }
}
