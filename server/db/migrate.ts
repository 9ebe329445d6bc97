// Runs the migrations that a database has not seen yet, in order, each in one transaction together with its log entry.
import type { Sequelize } from 'sequelize'
import { SequelizeStorage, Umzug } from 'umzug'
import type { Dialect } from './dialect.js'
import type { Sql } from './sql.js'
import type { Writer } from './writer.js'

/** On SQLite a migration only creates, adds and indexes: altering in place copies the table. */
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

/** `sequelize` and `writer` share one handle, so that what umzug logs belongs to the writer's transaction. */
export function createMigrator(deps: {
  readonly sequelize: Sequelize
  readonly writer: Writer
  readonly dialect: Dialect
  readonly migrations: readonly Migration[]
}): Migrator {
  const { sequelize, writer, dialect, migrations } = deps
  const storage = new SequelizeStorage({ sequelize, modelName: 'Migration', tableName: 'migrations' })
  const umzug = (sql: Sql) =>
    new Umzug({
      migrations: migrations.map(({ name, up }) => ({ name, up: () => up(sql, dialect) })),
      storage,
      logger: undefined,
    })

  async function pending(): Promise<string[]> {
    const executed = await writer.submit(() => storage.executed())
    return stillToRun(
      migrations.map(({ name }) => name),
      executed,
    )
  }

  return {
    pending,
    async migrate() {
      const names = await pending()
      for (const name of names) await writer.submit((sql) => umzug(sql).up({ migrations: [name] }))
      return names
    },
  }
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
