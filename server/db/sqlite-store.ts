// The store on SQLite: the file, its lock, a handle to read and one to write.
import { SESSION_LIMITS } from '#server/core/session/session.js'
import { type Note, withAuditLog } from './audit-log.js'
import { createCheckpoints } from './checkpoints.js'
import { sqliteDialect } from './dialect.js'
import { lockFile } from './file-lock.js'
import { createGuests } from './memory/guests.js'
import { createMemoryReads } from './memory/reads.js'
import { createMemoryTx } from './memory/tx.js'
import { createWorkspace } from './memory/workspace.js'
import { createMigrator, type Run } from './migrate.js'
import { MIGRATIONS } from './migrations/index.js'
import { purge } from './purge.js'
import {
  CHECKPOINT_PRAGMAS,
  existingFile,
  NO_CHECKPOINTS,
  openHandle,
  preparePrivateFile,
  READER_PRAGMAS,
  sqlitePath,
  writerPragmas,
} from './sqlite.js'
import type { DatabaseStore, StoreOptions } from './store.js'
import { createReads, createTx } from './tables.js'
import { findTroubles } from './troubles.js'
import { createWriter, type JobSql, monotonic } from './writer.js'

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
    synchronous,
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
    const pragmas = writerPragmas(synchronous)
    const writerHandle = await openHandle(path, guest ? pragmas : [...pragmas, NO_CHECKPOINTS])
    opened.push(writerHandle.close)
    const readerHandle = await openHandle(path, READER_PRAGMAS)
    opened.push(readerHandle.close)
    const checkpoints = guest
      ? null
      : createCheckpoints(() => openHandle(path, CHECKPOINT_PRAGMAS), writerHandle.sql, log)
    if (checkpoints) opened.push(checkpoints.close)
    const guests = createGuests(
      writerHandle.sql,
      monotonic,
      () => writer.working(),
      () => workspace.forgetAll(),
    )
    const workspace = createWorkspace(writerHandle.sql, guests.seen)
    const owned = checkpoints ? { pending: workspace, committed: checkpoints.committed } : {}
    const writer = createWriter({ sql: writerHandle.sql, now: monotonic, log, queueLimit, deadlineMs, ...owned })
    opened.push(writer.close)
    const run: Run = (work) => writer.submit(work)
    const migrator = createMigrator({ run, patiently: run, dialect: sqliteDialect, migrations })
    // Whoever does not own the file remembers nothing of it.
    const transaction = guest
      ? (sql: JobSql, note: Note) => createTx(sql, sqliteDialect, clock, sessionLimits, note)
      : createMemoryTx(workspace, clock, sessionLimits)
    let closing: Promise<void> | null = null
    let probes = 0
    return {
      read: guest
        ? createReads(readerHandle.sql, sqliteDialect, sessionLimits)
        : createMemoryReads(readerHandle.sql, workspace, sessionLimits, guests.look),
      write: (work, foreseen) =>
        withAuditLog(log, (begin) => writer.submit((sql) => work(transaction(sql, begin())), foreseen)),
      time: async () => null,
      waiting: writer.size,
      begun: guest ? () => undefined : (id) => workspace.tickets.offer(id, null, workspace.tickets.epoch),
      exclusive: !guest,
      ...migrator,
      purge: (now, kept, progress) => purge(writer, now, kept, progress),
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
