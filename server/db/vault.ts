// Sealed secrets as rows, one a name.
import type { VaultReads, VaultWrites } from '#server/core/ports.js'
import type { Dialect } from './dialect.js'
import { readRow } from './rows.js'
import { firstRow, type Sql } from './sql.js'

const COLUMNS = ['name', 'sealed', 'expires_at'] as const

/** Committed secrets, or those of a transaction: whatever `sql` sees. */
export function createVaultReads(sql: Sql): VaultReads {
  return {
    async find(name) {
      const row = await firstRow(sql, 'SELECT * FROM vault WHERE name = $name', { name })
      if (row === null) return null
      const read = readRow('vault', row)
      return { name: read.text('name'), sealed: read.text('sealed'), expiresAt: read.integer('expires_at') }
    },
  }
}

/** Secrets inside a transaction. */
export function createVault(sql: Sql, dialect: Dialect): VaultReads & VaultWrites {
  const insert = dialect.insertIgnore('vault', COLUMNS, ['name'])
  return {
    ...createVaultReads(sql),
    async put({ name, sealed, expiresAt }) {
      const bind = { name, sealed, expires_at: expiresAt }
      if ((await sql.run(insert, bind)) === 1) return
      await sql.run('UPDATE vault SET sealed = $sealed, expires_at = $expires_at WHERE name = $name', bind)
    },
    async swap({ name, sealed, expiresAt }, from) {
      const bind = { name, sealed, expires_at: expiresAt }
      if (from === null) return (await sql.run(insert, bind)) === 1
      const text = 'UPDATE vault SET sealed = $sealed, expires_at = $expires_at WHERE name = $name AND sealed = $from'
      return (await sql.run(text, { ...bind, from })) === 1
    },
    async drop(name, sealed) {
      await sql.run('DELETE FROM vault WHERE name = $name AND sealed = $sealed', { name, sealed })
    },
  }
}
