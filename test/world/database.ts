// An operator's hand in the database file, beside the node that owns it.
import { setTimeout as sleep } from 'node:timers/promises'
import sqlite3 from 'sqlite3'

/** The node holds what it remembers of its file against it four times a second. */
const NOTICED_MS = 300

/** Runs one statement on a connection of its own, and leaves the node time to notice that its file has changed. */
export async function sql(file: string, statement: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const database = new sqlite3.Database(file)
    database.run(statement, (error) => {
      database.close(() => (error ? reject(error) : resolve()))
    })
  })
  await sleep(NOTICED_MS)
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
