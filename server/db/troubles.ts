// Why the database cannot serve now, in words for the operator.
import { AppError } from '#server/core/errors.js'
import { DatabaseError } from './sql.js'

/** `database_busy`: locked or overrun. `database_failing`: it refuses to write for another reason, which the log tells. */
export type DatabaseTrouble =
  | 'database_unreachable'
  | 'database_busy'
  | 'database_full'
  | 'database_read_only'
  | 'database_failing'
  | 'migrations_pending'
  /** It has run migrations that this version does not know. */
  | 'database_newer'

const FULL = new Set(['SQLITE_FULL', '53100', 'ER_DISK_FULL', 'ER_RECORD_FILE_FULL'])
const READ_ONLY = new Set([
  'SQLITE_READONLY',
  '25006',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
])

/** The word for an error of the store. */
function troubleOf(error: unknown): DatabaseTrouble {
  if (error instanceof DatabaseError) {
    if (FULL.has(error.code)) return 'database_full'
    if (READ_ONLY.has(error.code)) return 'database_read_only'
    return error.lost ? 'database_unreachable' : 'database_failing'
  }
  if (!(error instanceof AppError)) return 'database_failing'
  if (error.cause instanceof DatabaseError && error.details.why === 'not_committed') return troubleOf(error.cause)
  return error.details.why === 'unreachable' || error.details.why === 'closed'
    ? 'database_unreachable'
    : 'database_busy'
}

/** What of it fails, each word once. Never throws. */
export async function findTroubles(checks: {
  read(): Promise<unknown>
  /** Really writes. */
  write(): Promise<unknown>
  /** @throws Error that is none of the database's when it is newer than this program */
  pending(): Promise<readonly string[]>
}): Promise<readonly DatabaseTrouble[]> {
  const found = await Promise.all([
    checks.read().then(
      () => null,
      (error: unknown) => (error instanceof AppError ? troubleOf(error) : 'database_unreachable'),
    ),
    checks.write().then(() => null, troubleOf),
    checks.pending().then(
      (names) => (names.length > 0 ? 'migrations_pending' : null),
      (error: unknown) =>
        error instanceof DatabaseError || error instanceof AppError ? troubleOf(error) : 'database_newer',
    ),
  ])
  return [...new Set(found.filter((trouble) => trouble !== null))]
}
