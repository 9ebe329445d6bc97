// An operator's hand in the database file, beside the node that owns it.
import sqlite3 from 'sqlite3'

/** Runs one statement on a connection of its own. */
export function sql(file: string, statement: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file)
    database.run(statement, (error) => {
      database.close(() => (error ? reject(error) : resolve()))
    })
  })
}

/** The rows of one query. */
export function rows(file: string, query: string): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, sqlite3.OPEN_READONLY)
    database.all<Record<string, unknown>>(query, (error, found) => {
      database.close(() => (error ? reject(error) : resolve(found)))
    })
  })
}
