// What PostgreSQL, MariaDB and MySQL answer instead of a result: told without values, and sorted by what may be done.
import { BaseError, ConnectionAcquireTimeoutError, ConnectionError } from 'sequelize'
import { DatabaseError, NO_ANSWER } from './sql.js'
import type { Describe } from './statements.js'

/** The transaction was sacrificed to, or overtaken by, another one: the same work may well succeed now. */
const RACES = new Set(['40001', '40P01', '55P03', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'])
/** Those that came after waiting for a lock to the end. */
const LOCK_TIMEOUTS = new Set(['55P03', 'ER_LOCK_WAIT_TIMEOUT'])
/** Stopped by a limit of ours, because the database or a lock takes too long. */
const TIMEOUTS = new Set(['57014', '25P03', 'ER_STATEMENT_TIMEOUT', 'ER_QUERY_TIMEOUT', 'acquire_timeout', NO_ANSWER])
/** The server ends connections: it stops, starts, or an operator has cut this one. */
const PG_GOODBYES = /^(08...|57P0[1235])$/
const CUT = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|ER_(SOCKET|CONNECTION|CMD_(CONNECTION|NOT_EXECUTED)))/
/** PostgreSQL's data exceptions, whose messages repeat the data. */
const PG_DATA = /^22/

/** Whether the whole transaction may be tried again: nothing of it is committed, and next time may be better. */
export function mayRetry(error: unknown): boolean {
  return error instanceof DatabaseError && (error.lost || RACES.has(error.code))
}

/** Whether a try ended because somebody held a lock for too long: the next one may take as long again. */
export function waitedForLock(error: unknown): boolean {
  return error instanceof DatabaseError && LOCK_TIMEOUTS.has(error.code)
}

/** Why the database could not serve, in a word for the log; null where it did, and refused the statement. */
export function unavailable(error: unknown): 'unreachable' | 'contended' | 'too_slow' | null {
  if (!(error instanceof DatabaseError)) return null
  if (error.lost) return 'unreachable'
  if (RACES.has(error.code)) return 'contended'
  return TIMEOUTS.has(error.code) ? 'too_slow' : null
}

/** PostgreSQL's messages name tables and constraints; values are in `detail`, which stays here. */
export const describePostgres: Describe = (error) => {
  const { code, message, cut } = driverError(error)
  const lost =
    cut || PG_GOODBYES.test(code) || (code === 'unknown' && /connection|not queryable|read timeout/i.test(message))
  return new DatabaseError(code, PG_DATA.test(code) ? 'a value does not fit its column' : message, lost)
}

/** The driver's messages repeat statement and values, MariaDB's own at least the value in question. */
export const describeMariadb: Describe = (error, withValues) => {
  const { code, message, cut, original } = driverError(error)
  const own = 'sqlMessage' in original && typeof original.sqlMessage === 'string' ? original.sqlMessage : message
  const key = /for key '([\w.]+)'$/.exec(own)?.[1]
  const told = key === undefined ? code : `${code}: the key ${key} is taken`
  return new DatabaseError(code, withValues ? told : `${code}: ${own}`, cut || isFatal(original))
}

function driverError(error: unknown) {
  // What the pool throws has no word of its own for it.
  if (error instanceof ConnectionAcquireTimeoutError) {
    return { code: 'acquire_timeout', message: 'no connection became free in time', cut: false, original: error }
  }
  const original: unknown = error instanceof BaseError && 'original' in error ? error.original : error
  const known = original instanceof Error ? original : new Error(String(original))
  const code = 'code' in known && typeof known.code === 'string' ? known.code : 'unknown'
  // There was no connection at all: slow to come about, one too many, or refused.
  const cut = error instanceof ConnectionError || CUT.test(code)
  return { code, message: known.message, cut, original: known }
}

/** The driver's word for: this connection is of no further use. */
function isFatal(error: Error): boolean {
  return 'fatal' in error && error.fatal === true
}
