// How this folder speaks to a database: SQL text with named binds in, plain rows out. Dialects implement it.

export type Row = Readonly<Record<string, unknown>>
export type Bind = Readonly<Record<string, string | number | null>>

/** Statements on one connection. Text is constant, values travel as binds (`$name`): nothing is ever spliced in. */
export interface Sql {
  /** The rows of a query. @throws DatabaseError */
  rows(text: string, bind?: Bind): Promise<Row[]>
  /**
   * Runs a statement; the number of rows it inserted, deleted or changed. Whether an UPDATE counts a row that already held
   * those values differs between databases (on MariaDB it does not), so what decides a race always changes something.
   * @throws DatabaseError
   */
  run(text: string, bind?: Bind): Promise<number>
}

/** What the database answered instead of a result. Holds neither values nor binds, so it may be logged. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  /** The driver's code, such as `SQLITE_BUSY`; `unknown` where it gave none. */
  readonly code: string
  /** True when there is no connection, or no longer: the statement may not even have arrived. */
  readonly lost: boolean

  constructor(code: string, message: string, lost = false) {
    super(message)
    this.code = code
    this.lost = lost
  }
}

/** The code of a statement that was not answered in time: whether it was carried out, nobody knows. */
export const NO_ANSWER = 'no_answer'

/** Settles as `asked` does, or fails after `ms` as NO_ANSWER; `ms` null: waits without end. @throws DatabaseError */
export function answered<T>(asked: Promise<T>, ms: number | null): Promise<T> {
  if (ms === null) return asked
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new DatabaseError(NO_ANSWER, 'the database did not answer in time')), ms)
    asked.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** The first row, or null. @throws DatabaseError */
export async function firstRow(sql: Sql, text: string, bind?: Bind): Promise<Row | null> {
  const [row] = await sql.rows(text, bind)
  return row ?? null
}
