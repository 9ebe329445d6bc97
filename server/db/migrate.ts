// Runs the migrations that a database has not seen yet, in order, each together with its log entry, and alone: of several
// nodes that start at once one migrates, and the others find it done.
import { type Dialect, insertInto } from './dialect.js'
import { readRow } from './rows.js'
import { DatabaseError, firstRow, type Sql } from './sql.js'

/**
 * On SQLite a migration only creates, adds and indexes: altering in place copies the table. On MariaDB each of its
 * statements commits by itself, so one that changes rows must do no harm when it is run again after a crash.
 */
export interface Migration {
  /** Sorts after every earlier one: `0001-what-it-does`. */
  readonly name: string
  up(sql: Sql, dialect: Dialect): Promise<void>
}

export interface Migrator {
  /** Names of the migrations still to run. @throws Error when the database and the list contradict each other. */
  pending(): Promise<string[]>
  /** Runs them; the names of those that ran. @throws Error as `pending`, or when one fails (its changes undone). */
  migrate(): Promise<string[]>
}

/** Runs `work` in one transaction on one connection. */
export type Run = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>

const LOG = 'migrations'
const INSERT = insertInto(LOG, ['name'])
const DELETE = `DELETE FROM ${LOG} WHERE name = $name`

/** `patiently` gives each statement the time it needs; `run` is as impatient as a request. */
export function createMigrator(deps: {
  readonly run: Run
  readonly patiently: Run
  readonly dialect: Dialect
  readonly migrations: readonly Migration[]
}): Migrator {
  const { run, patiently, dialect, migrations } = deps
  const known = migrations.map(({ name }) => name)

  async function next(sql: Sql): Promise<string | null> {
    const [name] = stillToRun(known, await executed(sql, dialect))
    if (name === undefined) return null
    await sql.run(`CREATE TABLE IF NOT EXISTS ${LOG} (name ${dialect.ascii(255)} NOT NULL PRIMARY KEY)`)
    if (dialect.transactionalDdl) await up(name, sql)
    else await resumably(name, sql, (tolerant) => up(name, tolerant))
    return name
  }

  async function up(name: string, sql: Sql): Promise<void> {
    // Loaded here, for nearly every start finds nothing to run, and umzug's command line takes longer to load than Koa does.
    const { Umzug } = await import('umzug')
    const umzug = new Umzug({
      migrations: migrations.map((migration) => ({ name: migration.name, up: () => migration.up(sql, dialect) })),
      storage: {
        executed: () => executed(sql, dialect),
        logMigration: async ({ name }) => void (await sql.run(INSERT, { name })),
        unlogMigration: async ({ name }) => void (await sql.run(DELETE, { name })),
      },
      logger: undefined,
    })
    await umzug.up({ migrations: [name] })
  }

  const pending = () => run(async (sql) => stillToRun(known, await executed(sql, dialect)))
  return {
    pending,
    async migrate() {
      const done: string[] = []
      // Whoever has nothing to do needs no lock, and no right to create tables.
      if ((await pending()).length === 0) return done
      for (;;) {
        const name = await patiently((sql) => alone(sql, dialect, () => next(sql)))
        if (name === null) return done
        done.push(name)
      }
    },
  }
}

async function alone<T>(sql: Sql, { lockMigrations, unlockMigrations }: Dialect, work: () => Promise<T>): Promise<T> {
  if (lockMigrations !== null && !(await firstRow(sql, lockMigrations))) {
    throw new Error('Another process has been migrating this database for too long.')
  }
  try {
    return await work()
  } finally {
    if (unlockMigrations !== null) await sql.rows(unlockMigrations)
  }
}

const BEGUN = ' (begun)'
/** What MariaDB says where a table, a column or an index is there already. */
const THERE_ALREADY = ['ER_TABLE_EXISTS_ERROR', 'ER_DUP_FIELDNAME', 'ER_DUP_KEYNAME']

/**
 * Where statements of a migration commit one by one, a note says that it was begun. If a crash left it half done, what
 * is there already is ours and passed over; without the note it is somebody else's, and an error.
 */
async function resumably(name: string, sql: Sql, up: (tolerant: Sql) => Promise<void>): Promise<void> {
  const note = name + BEGUN
  const resumed = (await firstRow(sql, `SELECT name FROM ${LOG} WHERE name = $note`, { note })) !== null
  if (!resumed) await sql.run(INSERT, { name: note })
  const tolerant: Sql = {
    rows: sql.rows,
    async run(text, bind) {
      try {
        return await sql.run(text, bind)
      } catch (error) {
        if (error instanceof DatabaseError && THERE_ALREADY.includes(error.code)) return 0
        throw error
      }
    },
  }
  await up(resumed ? tolerant : sql)
  await sql.run(DELETE, { name: note })
}

async function executed(sql: Sql, dialect: Dialect): Promise<string[]> {
  if (!(await firstRow(sql, dialect.tableNamed, { name: LOG }))) return []
  const rows = await sql.rows(`SELECT name FROM ${LOG} ORDER BY name`)
  return rows.map((row) => readRow(LOG, row).text('name')).filter((name) => !name.endsWith(BEGUN))
}

function stillToRun(known: readonly string[], executed: readonly string[]): string[] {
  const missing = executed.find((name) => !known.includes(name))
  if (missing !== undefined) {
    throw new Error(`The database has run migration ${missing}, which this version does not know: it is newer.`)
  }
  const newest = executed.toSorted().at(-1)
  const names = known.filter((name) => !executed.includes(name)).toSorted()
  const late = names.find((name) => newest !== undefined && name < newest)
  if (late !== undefined) throw new Error(`Migration ${late} sorts before ${newest}, which has already run.`)
  return names
}
