// The store on SQLite: the file, its lock, a handle to read and one to write.
import { SESSION_LIMITS } from '#server/core/session/session.js'
import { withAuditLog } from './audit-log.js'
import { sqliteDialect } from './dialect.js'
import { lockFile } from './file-lock.js'
import { createMigrator } from './migrate.js'
import { MIGRATIONS } from './migrations/index.js'
import { purge } from './purge.js'
import { existingFile, openHandle, preparePrivateFile, READER_PRAGMAS, sqlitePath, writerPragmas } from './sqlite.js'
import type { DatabaseStore, StoreOptions } from './store.js'
import { createReads, createTx } from './tables.js'
import { findTroubles } from './troubles.js'
import { createWriter, monotonic } from './writer.js'

/**
 * Opens the file for this process alone and creates it where there is none; a guest takes it as it is, owned or not.
 * @throws Error naming the file, when another process has it or it cannot be opened.
 */
export async function openSqliteStore(options: StoreOptions): Promise<DatabaseStore> {
  const {
    clock,
    log,
    queueLimit = 2_000,
    deadlineMs = 4500,
    synchronous = 'FULL',
    migrations = MIGRATIONS,
    sessionLimits = SESSION_LIMITS,
    guest = false,
  } = options
  const path = guest ? existingFile(sqlitePath(options.url)) : preparePrivateFile(sqlitePath(options.url))
  const opened: (() => Promise<void>)[] = []
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  try {
    if (!guest) opened.push((await lockFile(path)).release)
    const writerHandle = await openHandle(path, writerPragmas(synchronous))
    opened.push(writerHandle.close)
    const readerHandle = await openHandle(path, READER_PRAGMAS)
    opened.push(readerHandle.close)
    const writer = createWriter({ sql: writerHandle.sql, now: monotonic, log, queueLimit, deadlineMs })
    opened.push(writer.close)
    const run = writer.submit
    const migrator = createMigrator({ run, patiently: run, dialect: sqliteDialect, migrations })
    let closing: Promise<void> | null = null
    let probes = 0
    return {
      read: createReads(readerHandle.sql, sqliteDialect, sessionLimits),
      write: (work) =>
        withAuditLog(log, (begin) =>
          writer.submit((sql) => work(createTx(sql, sqliteDialect, clock, sessionLimits, begin()))),
        ),
      waiting: writer.size,
      exclusive: !guest,
      ...migrator,
      purge: (now, kept) => purge(writer, now, kept),
      troubles: () =>
        findTroubles({
          read: () => readerHandle.sql.rows('SELECT 1 FROM sqlite_master'),
          // A number in the file's first page that is nobody's: the least that has to reach the disk.
          write: () => writer.submit((sql) => sql.rows(`PRAGMA user_version = ${++probes % 1_000_000}`)),
          pending: migrator.pending,
        }),
      close() {
        closing ??= closeAll()
        return closing
      },
    }
  } catch (error) {
    await closeAll()
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(reason.includes(path) ? reason : `Cannot open ${path}: ${reason}`)
  }
}
