// SQL on one SQLite handle, past Sequelize's query layer: it prepares every statement anew, and records a stack for each.
// Here a text is prepared once. Texts are constants of this folder, so there are few of them.
import type { Database, Statement } from 'sqlite3'
import type { Bind, Row, Sql } from './sql.js'
import type { Describe } from './statements.js'

/** More texts than this folder has; those whose text depends on a count or on what is set are rare. */
const MOST = 300

export interface Driver {
  readonly sql: Sql
  /** Lets go of everything prepared: a handle that still has statements cannot be closed. Waits for what is under way. */
  release(): Promise<void>
}

/** Statements on `database`, which run in the order in which they are called when each is awaited. */
export function createDriver(database: Database, describe: Describe): Driver {
  const prepared = new Map<string, Promise<Statement>>()

  function prepare(text: string): Promise<Statement> {
    const known = prepared.get(text)
    if (known !== undefined) return known
    const statement = new Promise<Statement>((resolve, reject) => {
      const made: Statement = database.prepare(text, (error) => (error === null ? resolve(made) : reject(error)))
    })
    prepared.set(text, statement)
    // A text that cannot be prepared now, because its table is still to come, may be good later.
    statement.catch(() => prepared.delete(text))
    if (prepared.size > MOST) forgetOldest()
    return statement
  }

  function forgetOldest(): void {
    for (const [text, statement] of prepared) {
      prepared.delete(text)
      // Statement calls queue up: what is under way ends first.
      statement.then(finalize, () => undefined)
      return
    }
  }

  async function call<T>(text: string, bind: Bind, use: (statement: Statement, values: object) => Promise<T>) {
    try {
      return await use(await prepare(text), named(bind))
    } catch (error) {
      throw describe(error, false)
    }
  }

  return {
    sql: {
      rows: (text, bind = {}) =>
        call(
          text,
          bind,
          (statement, values) =>
            new Promise<Row[]>((resolve, reject) => {
              // `all` steps to the end; `get` would leave a RETURNING open, and with it the transaction.
              statement.all<Row>(values, (error, rows) => (error === null ? resolve(rows) : reject(error)))
            }),
        ),
      run: (text, bind = {}) =>
        call(
          text,
          bind,
          (statement, values) =>
            new Promise<number>((resolve, reject) => {
              statement.run(values, function (error) {
                if (error === null) resolve(this.changes)
                else reject(error)
              })
            }),
        ),
    },
    async release() {
      const all = [...prepared.values()]
      prepared.clear()
      for (const statement of await Promise.allSettled(all)) {
        if (statement.status === 'fulfilled') await finalize(statement.value)
      }
    },
  }
}

function finalize(statement: Statement): Promise<void> {
  return new Promise((resolve) => {
    statement.finalize(() => resolve())
  })
}

/** The binds as the driver wants them: with the dollar sign in the name. */
function named(bind: Bind): object {
  const values: Record<string, Bind[string]> = {}
  for (const name in bind) values[`$${name}`] = bind[name] as Bind[string]
  return values
}
