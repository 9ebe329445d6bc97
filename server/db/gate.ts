// What a job gets to see of a connection: one statement at a time, none after a failed one, none after its end.
import type { Sql } from './sql.js'

export interface Gate {
  /** @throws Error once it is closed */
  alive(): void
  /** What a failed statement would have done: nothing of the job counts, whoever catches the error. @throws it */
  refuse(error: Error): never
  /** Runs `statement` when those before it have ended. @throws what the first failed one threw */
  pass<T>(statement: () => Promise<T>): Promise<T>
  /** Lets no further statement pass, waits for the last one, and throws the first failure there was. */
  close(): Promise<void>
}

/**
 * Statements that a job starts at once run one after the other, so that nothing is still under way when its savepoint is
 * released or rolled back. After a failed statement all others fail with the same error, as on PostgreSQL: SQLite
 * may have rolled back the whole transaction, and what followed would be committed by itself.
 */
export function createGate(): Gate {
  let last: Promise<unknown> | null = null
  let failure: unknown = null
  let closed = false

  return {
    alive() {
      if (closed) throw new Error(OVER)
    },
    refuse(error) {
      failure ??= error
      throw error
    },
    pass(statement) {
      if (closed) return Promise.reject(new Error(OVER))
      const result = (last ?? Promise.resolve()).then(() => {
        if (failure !== null) throw failure
        return statement()
      })
      last = result.catch((error: unknown) => {
        failure ??= error
      })
      return result
    },
    async close() {
      closed = true
      if (last !== null) await last
      if (failure !== null) throw failure
    },
  }
}

const OVER = 'This transaction is over: a statement was not awaited.'

/** `sql` through `gate`. */
export function gated(gate: Gate, sql: Sql): Sql {
  return {
    rows: (text, bind) => gate.pass(() => sql.rows(text, bind)),
    run: (text, bind) => gate.pass(() => sql.run(text, bind)),
  }
}
