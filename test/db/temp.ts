// Real files for the database's tests: a temporary directory, stores in it, and strangers who lock what we need.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sqlite3 from 'sqlite3'
import { onTestFinished } from 'vitest'
import type { Log } from '#server/core/ports.js'
import { type DatabaseStore, openStore, type StoreOptions } from '#server/db/store.js'

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-db-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

/** A log that remembers its events by name. */
export function eventLog(): Log & { readonly events: string[]; readonly data: unknown[] } {
  const events: string[] = []
  const data: unknown[] = []
  const note: Log['info'] = (event, more) => {
    events.push(event)
    data.push(more)
  }
  return { events, data, info: note, warn: note, error: note }
}

/** A store on `path`, closed after the test. */
export async function testStore(path: string, options: Partial<StoreOptions> = {}): Promise<DatabaseStore> {
  const store = await openStore({ url: `sqlite:${path}`, clock: Date.now, log: eventLog(), ...options })
  onTestFinished(() => store.close())
  return store
}

/** Another handle on a file, as a foreign program would have it. It waits for no lock. */
export interface Stranger {
  exec(sql: string): Promise<void>
  all(sql: string): Promise<unknown[]>
  close(): Promise<void>
}

export function stranger(path: string): Stranger {
  const handle = new sqlite3.Database(path)
  handle.configure('busyTimeout', 0)
  let closing: Promise<void> | null = null
  const close = () => {
    closing ??= new Promise<void>((resolve, reject) => {
      handle.close((error) => (error ? reject(error) : resolve()))
    })
    return closing
  }
  onTestFinished(close)
  return {
    exec: (sql) =>
      new Promise((resolve, reject) => {
        handle.exec(sql, (error) => (error ? reject(error) : resolve()))
      }),
    all: (sql) =>
      new Promise((resolve, reject) => {
        handle.all(sql, (error, rows) => (error ? reject(error) : resolve(rows)))
      }),
    close,
  }
}
