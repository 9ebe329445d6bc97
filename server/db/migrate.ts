// Runs the migrations that a database has not seen yet, in order, each together with its log entry, and alone: of several
// nodes that start at once one migrates, and the others find it done.
import { Umzug } from 'umzug'
import { type Dialect, insertInto } from './dialect.js'
import { isNote, resumably } from './resume.js'
import { readRow } from './rows.js'
import { firstRow, type Sql } from './sql.js'

/**
 * On SQLite a migration only creates, adds, renames and indexes: altering in place copies the table. On MariaDB what
 * changes tables commits at once, so a migration runs the same statements in the same order whatever it reads: after a
 * crash they are counted (resume.ts).
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

  /** The next migration's name, and the error that stopped it where what it did so far must be committed. */
  async function next(sql: Sql): Promise<{ name: string; error: unknown } | null> {
    const [name] = stillToRun(known, await executed(sql, dialect))
    if (name === undefined) return null
    await sql.run(`CREATE TABLE IF NOT EXISTS ${LOG} (name ${dialect.ascii(255)} NOT NULL PRIMARY KEY)`)
    if (!dialect.transactionalDdl)
      return { name, error: await resumably(sql, name, LOG, (counted) => up(name, sql, counted)) }
    await up(name, sql, sql)
    return { name, error: null }
  }

  /** @param counted what the migration itself is given */
  async function up(name: string, sql: Sql, counted: Sql): Promise<void> {
    const umzug = new Umzug({
      migrations: migrations.map((migration) => ({ name: migration.name, up: () => migration.up(counted, dialect) })),
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
        const ran = await patiently((sql) => alone(sql, dialect, () => next(sql)))
        if (ran === null) return done
        if (ran.error !== null) throw ran.error
        done.push(ran.name)
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

async function executed(sql: Sql, dialect: Dialect): Promise<string[]> {
  if (!(await firstRow(sql, dialect.tableNamed, { name: LOG }))) return []
  const rows = await sql.rows(`SELECT name FROM ${LOG} ORDER BY name`)
  return rows.map((row) => readRow(LOG, row).text('name')).filter((name) => !isNote(name))
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
