// Connections to PostgreSQL, MariaDB or MySQL: one Sequelize with one pool, its limits set on every connection. The drivers
// are optional packages, loaded when a DATABASE_URL asks for one.
import { type Options, Sequelize, type Transaction } from 'sequelize'
import type { ServerAddress } from './address.js'
import { type Dialect, mariadbDialect, postgresDialect } from './dialect.js'
import { describeMariadb, describePostgres } from './server-errors.js'
import type { Row, Sql } from './sql.js'
import { createSql, type Describe } from './statements.js'

export interface ServerPool {
  /** For transactions only: everything else speaks SQL. */
  readonly sequelize: Sequelize
  readonly dialect: Dialect
  readonly describe: Describe
  /** Statements on whatever connection is free, or on the one of `transaction`. */
  sql(transaction?: Transaction): Sql
  close(): Promise<void>
}

/** How patient connections are, in milliseconds; null: without end. */
export interface Limits {
  readonly connections: number
  readonly statementMs: number | null
  readonly lockMs: number | null
  readonly idleInTransactionMs: number | null
  /** How long we wait for any answer: longer than the server does, who may be gone without a word. */
  readonly answerMs: number | null
}

/** For requests: a visitor waits, and somebody else may wait behind. */
export const REQUEST_LIMITS: Limits = {
  connections: 10,
  statementMs: 3000,
  lockMs: 2000,
  idleInTransactionMs: 5000,
  answerMs: 4000,
}
/** For migrations, which take as long as they take. */
export const MIGRATION_LIMITS: Limits = {
  connections: 1,
  statementMs: null,
  lockMs: null,
  idleInTransactionMs: null,
  answerMs: null,
}

const ACQUIRE_MS = 3000
const CONNECT_MS = 3000
const IDLE_MS = 10_000
/** How much longer than the server the client waits, for a server that answers nothing at all. */
const SILENCE_MS = 2000

/** Not in Sequelize's types. Without them it asks each server's version on a connection of its own, and sets time zones. */
const SILENT_CONNECT = { databaseVersion: '10.6.0', keepDefaultTimezone: true }

/** Imports a package by name. */
export type Load = (name: string) => Promise<object>

/** @throws Error that says how to install the driver, when it is missing. Connects to nothing yet. */
export async function openPool(address: ServerAddress, limits: Limits, load?: Load): Promise<ServerPool> {
  const kind = address.kind === 'postgres' ? postgres : mariadb
  const { describe, dialect, read, options: ofKind } = await kind(address, limits, load)
  const options: Options = {
    ...ofKind,
    host: address.host,
    port: address.port,
    database: address.database,
    username: address.user,
    password: address.password,
    logging: false,
    ...SILENT_CONNECT,
    // The driver's error decides what is tried again, and as a whole.
    retry: { max: 1 },
    pool: { max: limits.connections, acquire: ACQUIRE_MS, idle: IDLE_MS },
  }
  const sequelize = new Sequelize(options)
  return {
    sequelize,
    dialect,
    describe,
    sql: (transaction) =>
      createSql(sequelize, describe, { read, answerMs: limits.answerMs, ...(transaction && { transaction }) }),
    close: () => sequelize.close(),
  }
}

const INT8 = 20

async function postgres({ tls }: ServerAddress, limits: Limits, load?: Load) {
  const pg = await loadPackage<{ types: { getTypeParser(oid: number, format?: string): unknown } }>('pg', load)
  // A BIGINT as a number. Theirs would be a string; what no number holds exactly is refused where rows are read.
  const types = {
    ...pg.types,
    getTypeParser: (oid: number, format?: string) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)),
  }
  const { statementMs, lockMs, idleInTransactionMs } = limits
  return {
    dialect: postgresDialect,
    describe: describePostgres,
    read: (row: Row) => row,
    options: {
      dialect: 'postgres' as const,
      dialectModule: { ...pg, types },
      dialectOptions: {
        application_name: 'saoma',
        keepAlive: true,
        ssl: tls,
        connectionTimeoutMillis: CONNECT_MS,
        options: '-c default_transaction_isolation=read\\ committed -c client_min_messages=warning',
        clientMinMessages: 'ignore',
        statement_timeout: statementMs ?? 0,
        lock_timeout: lockMs ?? 0,
        idle_in_transaction_session_timeout: idleInTransactionMs ?? 0,
        query_timeout: statementMs === null ? 0 : statementMs + SILENCE_MS,
      },
    },
  }
}

const SQL_MODE = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'

async function mariadb({ tls }: ServerAddress, limits: Limits, load?: Load) {
  const module = await loadPackage<object>('mariadb', load)
  const seconds = (ms: number | null, endless: number) => (ms === null ? endless : ms / 1000)
  const { statementMs, lockMs, idleInTransactionMs } = limits
  // What stands in /*M! … */ MariaDB alone reads: MySQL knows no such limits.
  const settings = [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET SESSION sql_mode = '${SQL_MODE}', innodb_lock_wait_timeout = ${seconds(lockMs, 600)} /*M!, max_statement_time = ${seconds(statementMs, 0)}, idle_transaction_timeout = ${seconds(idleInTransactionMs, 0)} */`,
  ]
  return {
    dialect: mariadbDialect,
    describe: describeMariadb,
    read: readBytes,
    options: {
      dialect: 'mariadb' as const,
      dialectModule: module,
      dialectOptions: {
        ssl: tls,
        connectTimeout: CONNECT_MS,
        initSql: settings,
        // UPDATE counts changed rows, and so the no-op of insertIgnore counts none.
        foundRows: false,
        // A server that answers nothing. Longer than a connection stays idle in the pool.
        socketTimeout: statementMs === null ? 0 : IDLE_MS + SILENCE_MS,
      },
    },
  }
}

/** VARBINARY, which holds our identifiers, arrives as bytes. */
function readBytes(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, Buffer.isBuffer(value) ? value.toString('utf8') : value]),
  )
}

/** A package that only some need. @throws Error that says how to install it */
export async function loadPackage<T extends object>(name: string, load: Load = (name) => import(name)): Promise<T> {
  try {
    const module = (await load(name)) as T & { default?: T }
    return module.default ?? module
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    throw new Error(`the driver is not installed: npm install ${name}`)
  }
}
