// Committed reads on the process that owns the file: from memory where it is known there, by one query for all who ask at
// the same time where it is not.
import type { Reads } from '#server/core/ports.js'
import type { SessionLimits } from '#server/core/session/session.js'
import { toAccount } from '../accounts.js'
import { toCallback } from '../callbacks.js'
import { sqliteDialect } from '../dialect.js'
import type { Row, Sql } from '../sql.js'
import { createReads } from '../tables.js'
import { toTicket } from '../tickets.js'
import type { Layers } from './layers.js'
import { living } from './sessions.js'
import { createTogether } from './together.js'
import type { Workspace } from './workspace.js'

/**
 * @param sql a handle for reading
 * @param fresh resolves once what another process may have written lately is forgotten
 */
export function createMemoryReads(
  sql: Sql,
  workspace: Workspace,
  limits: SessionLimits,
  fresh: () => Promise<void> | null,
): Reads {
  const cold = createReads(sql, sqliteDialect, limits)

  /** A read of one row by its key. */
  function byKey<V>(table: string, key: string, layers: Layers<V>, read: (row: Row) => V, keyOf: (value: V) => string) {
    const text = `SELECT * FROM ${table} WHERE ${sqliteDialect.among(key, 'keys')}`
    const find = createTogether<V>(async (keys) => {
      const { epoch } = layers
      const found = new Map<string, V>()
      for (const row of await sql.rows(text, { keys: JSON.stringify(keys) })) {
        const value = read(row)
        found.set(keyOf(value), value)
      }
      for (const one of keys) layers.offer(one, found.get(one) ?? null, epoch)
      return found
    })
    return async (wanted: string): Promise<V | null> => {
      const waiting = fresh()
      if (waiting !== null) await waiting
      const known = layers.committed(wanted)
      return known === undefined ? find(wanted) : known
    }
  }

  const ticket = byKey('tickets', 'id', workspace.tickets, toTicket, ({ id }) => id)
  return {
    ...cold,
    tickets: {
      ...cold.tickets,
      find: ticket,
      async findMany(ids) {
        const waiting = fresh()
        if (waiting !== null) await waiting
        const keys = [...new Set(ids)]
        const known = keys.map((id) => workspace.tickets.committed(id))
        const asked = await Promise.all(keys.filter((_, index) => known[index] === undefined).map(ticket))
        return [...known, ...asked].filter((record) => record !== null && record !== undefined)
      },
    },
    callbacks: {
      ...cold.callbacks,
      find: byKey('callbacks', 'state_hash', workspace.callbacks, toCallback, ({ stateHash }) => stateHash),
    },
    accounts: { ...cold.accounts, find: byKey('accounts', 'id', workspace.accounts, toAccount, ({ id }) => id) },
    sessions: {
      ...cold.sessions,
      async find(hash, now) {
        const waiting = fresh()
        if (waiting !== null) await waiting
        const { sessions } = workspace
        const known = sessions.committed(hash)
        if (known) return living(known, limits, now)
        const { epoch } = sessions
        const record = await cold.sessions.find(hash, now)
        // One that is to get another id, or has one, changes by statements alone.
        if (record?.hash === hash && record.renewal === null) sessions.offer(hash, record, epoch)
        return record
      },
    },
  }
}
