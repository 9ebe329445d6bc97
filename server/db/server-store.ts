// The store on PostgreSQL, MariaDB or MySQL: a pool that many nodes may share a database through.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '#server/core/errors.js'
import { SESSION_LIMITS } from '#server/core/session/session.js'
import { describeDatabase, type ServerAddress, serverAddress } from './address.js'
import { withAuditLog } from './audit-log.js'
import { createMigrator } from './migrate.js'
import { MIGRATIONS } from './migrations/index.js'
import { purge } from './purge.js'
import { mayRetry, unavailable } from './server-errors.js'
import { MIGRATION_LIMITS, openPool, REQUEST_LIMITS, type ServerPool } from './server-pool.js'
import type { Sql } from './sql.js'
import type { DatabaseStore, StoreOptions } from './store.js'
import { createReads, createTx } from './tables.js'
import { createTransactions, patiently } from './transactions.js'
import { findTroubles } from './troubles.js'
import { monotonic } from './writer.js'

/** @throws Error naming the database without its password, when it cannot be reached or its driver is missing. */
export async function openServerStore(options: StoreOptions): Promise<DatabaseStore> {
  const {
    clock,
    log,
    queueLimit = 2_000,
    deadlineMs = 4500,
    migrations = MIGRATIONS,
    sessionLimits = SESSION_LIMITS,
  } = options
  const address = serverAddress(options.url)
  const pool = await reachedPool(address, options.url)
  const { dialect } = pool
  const writer = createTransactions({ pool, now: monotonic, log, queueLimit, deadlineMs, random: Math.random, sleep })
  const migrator = createMigrator({
    run: writer.submit,
    patiently: (work) => withPatience(address, work),
    dialect,
    migrations,
  })
  const sql = steady(pool.sql())
  let closing: Promise<void> | null = null
  return {
    read: createReads(sql, dialect, sessionLimits),
    write: (work) =>
      withAuditLog(log, (begin) => writer.submit((sql) => work(createTx(sql, dialect, clock, sessionLimits, begin())))),
    async time() {
      const [row] = dialect.timeNow === null ? [] : await sql.rows(dialect.timeNow)
      return row ? Number(row.now) : null
    },
    waiting: writer.size,
    begun: () => undefined,
    exclusive: false,
    ...migrator,
    purge: (now, kept, progress) => purge(writer, now, kept, progress),
    troubles: () =>
      findTroubles({
        read: () => sql.rows('SELECT 1'),
        // Touches nothing, and fails where nothing may be touched: on a replica.
        write: () => writer.submit((sql) => sql.run("DELETE FROM migrations WHERE name = ''")),
        pending: migrator.pending,
      }),
    close() {
      closing ??= writer.close().then(pool.close)
      return closing
    },
  }
}

async function reachedPool(address: ServerAddress, url: string): Promise<ServerPool> {
  let pool: ServerPool | null = null
  try {
    pool = await openPool(address, REQUEST_LIMITS)
    await pool.sql().rows('SELECT 1')
    return pool
  } catch (error) {
    await pool?.close()
    throw new Error(`Cannot open ${describeDatabase(url)}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function withPatience<T>(address: ServerAddress, work: (sql: Sql) => Promise<T>): Promise<T> {
  const pool = await openPool(address, MIGRATION_LIMITS)
  try {
    return await patiently(pool)(work)
  } finally {
    await pool.close()
  }
}

/** Reads that do not notice it when the connection they were given had been cut. */
function steady(sql: Sql): Sql {
  const rows: Sql['rows'] = async (text, bind) => {
    try {
      return await sql.rows(text, bind).catch((error: unknown) => {
        if (mayRetry(error)) return sql.rows(text, bind)
        throw error
      })
    } catch (error) {
      const why = unavailable(error)
      throw why === null ? error : new AppError('busy', { details: { why }, cause: error })
    }
  }
  return { rows, run: sql.run }
}
