// Consents as rows, one an account and version.
import type { ConsentReads, ConsentRecord, ConsentWrites } from '#server/core/ports.js'
import { SESSION_METHODS } from '#shared/api.js'
import type { Dialect } from './dialect.js'
import { readRow } from './rows.js'
import { firstRow, type Row, type Sql } from './sql.js'

const COLUMNS = ['account_id', 'version', 'given_at', 'method', 'app_key'] as const
/** The account and those that were merged into it. */
const FAMILY = 'account_id IN (SELECT id FROM accounts WHERE id = $id OR merged_into = $id)'

/** Committed consents, or those of a transaction: whatever `sql` sees. */
export function createConsentReads(sql: Sql): ConsentReads {
  return {
    async given(id, version) {
      const text = `SELECT 1 FROM consents WHERE version = $version AND ${FAMILY} LIMIT 1`
      return (await firstRow(sql, text, { id, version })) !== null
    },
    async ofAccount(id) {
      const text = `SELECT * FROM consents WHERE ${FAMILY} ORDER BY given_at DESC, version DESC`
      return (await sql.rows(text, { id })).map(toConsent)
    },
  }
}

/** Consents inside a transaction. */
export function createConsents(sql: Sql, dialect: Dialect): ConsentReads & ConsentWrites {
  const insert = dialect.insertIgnore('consents', COLUMNS, ['account_id', 'version'])
  return {
    ...createConsentReads(sql),
    async insert({ accountId, version, givenAt, method, appKey }) {
      await sql.run(insert, { account_id: accountId, version, given_at: givenAt, method, app_key: appKey })
    },
    async drop(accountIds) {
      const ids = JSON.stringify(accountIds)
      await sql.run(`DELETE FROM consents WHERE ${dialect.among('account_id', 'ids')}`, { ids })
    },
  }
}

function toConsent(row: Row): ConsentRecord {
  const read = readRow('consents', row)
  return {
    accountId: read.text('account_id'),
    version: read.text('version'),
    givenAt: read.integer('given_at'),
    method: read.oneOf('method', SESSION_METHODS),
    appKey: read.text('app_key'),
  }
}
