// SQLite through Sequelize, the one way that works: one Sequelize instance per handle. Its SQLite dialect shares one
// handle among all queries outside a transaction and opens a new, unconfigured one for each `sequelize.transaction`,
// so transactions are plain statements on a handle that belongs to the writer alone.
import { chmodSync, closeSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { BaseError, Sequelize } from 'sequelize'
import type { Database } from 'sqlite3'
import { createDriver } from './driver.js'
import { DatabaseError, type Sql } from './sql.js'
import { createSql } from './statements.js'

export type Synchronous = 'FULL' | 'NORMAL'

/** One open handle on the file. */
export interface Handle {
  readonly sql: Sql
  close(): Promise<void>
}

/** The absolute path in `sqlite:./path` or `sqlite:/path`. @throws Error for anything else, `:memory:` included. */
export function sqlitePath(url: string): string {
  const path = /^sqlite:(?!\/\/|:memory:)(.+)$/.exec(url)?.[1]
  if (path === undefined) throw new Error('The SQLite address must look like sqlite:./data/file.sqlite or sqlite:/path')
  return resolve(path)
}

/**
 * Creates what is missing of the file (0600) and its directory (0700); SQLite gives -wal and -shm the file's mode.
 * Returns the path without symbolic links, so that two names of one file are one.
 */
export function preparePrivateFile(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    // Only ever opened when new: closing any descriptor of a file drops all POSIX locks this process has on it.
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  chmodSync(path, 0o600)
  return realpathSync(path)
}

/** The path of a file that is there. @throws Error naming it */
export function existingFile(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    throw new Error(`Cannot open ${path}: there is no such file. Start the service once, or set DATABASE_URL.`)
  }
}

/** Opens a handle and applies its PRAGMAs, which hold for this handle only. @throws Error */
export async function openHandle(path: string, pragmas: readonly string[]): Promise<Handle> {
  // Sequelize would repeat a locked statement five times by itself; the writer decides that.
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: path, logging: false, retry: { max: 1 } })
  const { sql, release } = createDriver(await databaseOf(sequelize), describe)
  const close = async () => {
    await release()
    await sequelize.close()
  }
  try {
    const [mode] = await sql.rows('PRAGMA journal_mode = WAL')
    if (mode?.journal_mode !== 'wal') throw new Error(`${path} cannot use write-ahead logging`)
    for (const pragma of pragmas) await sql.rows(`PRAGMA ${pragma}`)
  } catch (error) {
    await close()
    throw error
  }
  return { sql, close }
}

/** The one handle that Sequelize opens. @throws Error */
async function databaseOf(sequelize: Sequelize): Promise<Database> {
  return (await sequelize.connectionManager.getConnection({ type: 'write' })) as Database
}

/**
 * The writer's PRAGMAs. Each commit is on the disk before it counts. It waits shortly and often, so that the queue's
 * deadline is kept while someone else has the lock.
 */
export function writerPragmas(synchronous: Synchronous = 'FULL'): string[] {
  const safe = ['foreign_keys = ON', 'trusted_schema = OFF']
  // What a statement may have to take back is kept in memory: else it is written to a file beside, page by page.
  return [`synchronous = ${synchronous}`, 'busy_timeout = 250', ...safe, 'temp_store = MEMORY']
}

/** The writer leaves checkpoints to a handle of their own. */
export const NO_CHECKPOINTS = 'wal_autocheckpoint = 0'
export const CHECKPOINT_PRAGMAS = ['synchronous = FULL', 'busy_timeout = 250', 'trusted_schema = OFF']
export const READER_PRAGMAS = ['busy_timeout = 2000', 'query_only = ON', 'trusted_schema = OFF']

/** Statements on the one handle of `sequelize`. */
export function sqliteSql(sequelize: Sequelize): Sql {
  return createSql(sequelize, describe)
}

/** SQLite's own words, which hold names of tables and columns but no values. */
function describe(error: unknown): DatabaseError {
  const original: unknown = error instanceof BaseError && 'original' in error ? error.original : error
  const message = original instanceof Error ? original.message : String(original)
  const code = original instanceof Error && 'code' in original ? String(original.code) : 'unknown'
  return new DatabaseError(code, message)
}
