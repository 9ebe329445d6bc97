// Pushes that have been worked on, as rows: what makes a second delivery of one harmless.
import type { PushWrites } from '#server/core/ports.js'
import type { Dialect } from './dialect.js'
import type { Sql } from './sql.js'

/** Pushes inside a transaction. */
export function createPushes(sql: Sql, dialect: Dialect): PushWrites {
  const insert = dialect.insertIgnore('pushes', ['id', 'received_at'], ['id'])
  return {
    async claim(id, at) {
      return (await sql.run(insert, { id, received_at: at })) === 1
    },
  }
}
