// Opens the store: the file, its lock, a handle to read and one to write, and the five ports over them.
import type { Clock, Log, Store, Tx } from '#server/core/ports.js'
import { createAccountReads, createAccounts } from './accounts.js'
import { createCallbackReads, createCallbacks } from './callbacks.js'
import { sqliteDialect } from './dialect.js'
import { lockFile } from './file-lock.js'
import { createIdentities, createIdentityReads } from './identities.js'
import { createMigrator, type Migration, type Migrator } from './migrate.js'
import { MIGRATIONS } from './migrations/index.js'
import { type Purged, purge } from './purge.js'
import { createSessionReads, createSessions } from './sessions.js'
import type { Sql } from './sql.js'
import {
  openHandle,
  preparePrivateFile,
  READER_PRAGMAS,
  type Synchronous,
  sqlitePath,
  writerPragmas,
} from './sqlite.js'
import { createTicketReads, createTickets } from './tickets.js'
import { createWriter } from './writer.js'

export interface StoreOptions {
  /** `sqlite:./path` or `sqlite:/path`. */
  readonly url: string
  readonly clock: Clock
  readonly log: Log
  /** How many transactions may wait before the next is refused as `busy`. 500 by default. */
  readonly queueLimit?: number
  /** How long a transaction may wait to start before it is refused as `busy`. 5000 by default. */
  readonly deadlineMs?: number
  /** NORMAL may lose the last commits to a power cut, never to a crash of the process. FULL by default. */
  readonly synchronous?: Synchronous
  /** For tests of the migrator. */
  readonly migrations?: readonly Migration[]
}

export interface DatabaseStore extends Store, Migrator {
  /** True when the database can be read and written now and has every table it needs. Never throws. */
  ready(): Promise<boolean>
  /** Deletes tickets, callbacks and sessions that ended long enough before `now`. @throws AppError `busy` */
  purge(now: number): Promise<Purged>
  /** Finishes what was accepted, refuses the rest as `busy`, then lets go of the file. May be called again. */
  close(): Promise<void>
}

/**
 * Opens the database for this process alone and creates the file where there is none. Runs no migrations.
 * @throws Error naming the file, when another process has it or it cannot be opened.
 */
export async function openStore(options: StoreOptions): Promise<DatabaseStore> {
  const { clock, log, queueLimit = 500, deadlineMs = 5000, synchronous = 'FULL', migrations = MIGRATIONS } = options
  const path = preparePrivateFile(sqlitePath(options.url))
  const opened: (() => Promise<void>)[] = []
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  try {
    const lock = await lockFile(path)
    opened.push(lock.release)
    const writerHandle = await openHandle(path, writerPragmas(synchronous))
    opened.push(writerHandle.close)
    const readerHandle = await openHandle(path, READER_PRAGMAS)
    opened.push(readerHandle.close)
    const writer = createWriter({ sql: writerHandle.sql, clock, log, queueLimit, deadlineMs })
    opened.push(writer.close)
    const migrator = createMigrator({
      sequelize: writerHandle.sequelize,
      writer,
      dialect: sqliteDialect,
      migrations,
    })
    let closing: Promise<void> | null = null
    return {
      read: {
        tickets: createTicketReads(readerHandle.sql, sqliteDialect),
        callbacks: createCallbackReads(readerHandle.sql),
        identities: createIdentityReads(readerHandle.sql),
        accounts: createAccountReads(readerHandle.sql),
        sessions: createSessionReads(readerHandle.sql, sqliteDialect),
      },
      write: (work) => writer.submit((sql) => work(createTx(sql, clock))),
      exclusive: true,
      ...migrator,
      purge: (now) => purge(writer, now),
      async ready() {
        try {
          await readerHandle.sql.rows('SELECT 1')
          return (await migrator.pending()).length === 0
        } catch {
          return false
        }
      },
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

function createTx(sql: Sql, clock: Clock): Tx {
  return {
    tickets: createTickets(sql, sqliteDialect),
    callbacks: createCallbacks(sql, sqliteDialect),
    identities: createIdentities(sql, sqliteDialect, clock),
    accounts: createAccounts(sql),
    sessions: createSessions(sql, sqliteDialect),
  }
}
