// What a job gets to see of the writer's handle: one statement at a time, none after a failed one, none after its end.
import type { Sql } from './sql.js'

export interface Gate {
  readonly sql: Sql
  /** Lets no further statement pass, waits for the last one, and throws the first failure there was. */
  close(): Promise<void>
}

/**
 * Statements that a job starts at once run one after the other, so that nothing is still under way when its savepoint is
 * released or rolled back. After a failed statement all others fail with the same error, as on PostgreSQL: SQLite
 * may have rolled back the whole transaction, and what followed would be committed by itself.
 */
export function createGate(sql: Sql): Gate {
  let last: Promise<unknown> = Promise.resolve()
  let failure: unknown = null
  let closed = false

  function pass<T>(statement: () => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new Error('This transaction is over: a statement was not awaited.'))
    const result = last.then(() => {
      if (failure !== null) throw failure
      return statement()
    })
    last = result.catch((error: unknown) => {
      failure ??= error
    })
    return result
  }

  return {
    sql: {
      rows: (text, bind) => pass(() => sql.rows(text, bind)),
      run: (text, bind) => pass(() => sql.run(text, bind)),
    },
    async close() {
      closed = true
      await last
      if (failure !== null) throw failure
    },
  }
}
