// Opens the store that a DATABASE_URL means: SQLite's file, or a server with PostgreSQL, MariaDB or MySQL.
import type { Clock, Log, Store } from '#server/core/ports.js'
import type { SessionLimits } from '#server/core/session/session.js'
import { namesServer } from './address.js'
import type { Migration, Migrator } from './migrate.js'
import type { Kept, Purged } from './purge.js'
import { openServerStore } from './server-store.js'
import type { Synchronous } from './sqlite.js'
import { openSqliteStore } from './sqlite-store.js'
import type { DatabaseTrouble } from './troubles.js'

export interface StoreOptions {
  /** `sqlite:./path`, `sqlite:/path`, `postgres://…`, `mariadb://…` or `mysql://…` (address.ts). */
  readonly url: string
  readonly clock: Clock
  readonly log: Log
  /** What sessions are measured against. SESSION_LIMITS by default. */
  readonly sessionLimits?: SessionLimits
  /** How many transactions may wait before the next is refused as `busy`. 2,000 by default. */
  readonly queueLimit?: number
  /** How long a transaction may wait to start before it is refused as `busy`. 4500 by default: visitors hear so within 5 s. */
  readonly deadlineMs?: number
  /** SQLite: NORMAL may lose the last commits to a power cut, never to a crash of the process. FULL by default. */
  readonly synchronous?: Synchronous
  /** SQLite: works on a file that another process owns, and makes none. For short visits, such as an operator's. */
  readonly guest?: boolean
  /** For tests of the migrator. */
  readonly migrations?: readonly Migration[]
}

export interface DatabaseStore extends Store, Migrator {
  /** Why it cannot be read and written now, or lacks a table; empty when all is well. Never throws; may take as long as a write. */
  troubles(): Promise<readonly DatabaseTrouble[]>
  /** The database's clock, epoch milliseconds; null where it has none but ours. @throws AppError `busy` */
  time(): Promise<number | null>
  /** How many transactions wait to start. */
  waiting(): number
  /** Deletes what has served its purpose, or is older than it may be, in short transactions. @throws AppError `busy` */
  purge(now: number, kept?: Kept, progress?: (rows: number) => void): Promise<Purged>
  /** Finishes what was accepted, refuses the rest as `busy`, then lets go of the database. May be called again. */
  close(): Promise<void>
}

/** Opens the database and runs no migrations. @throws Error naming it, without its password, when that is impossible. */
export function openStore(options: StoreOptions): Promise<DatabaseStore> {
  return namesServer(options.url) ? openServerStore(options) : openSqliteStore(options)
}
