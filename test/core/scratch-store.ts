// The real SQLite store on a file of its own, and a second look at that file which the store does not know of.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Clock, Log } from '#server/core/ports.js'
import type { Row } from '#server/db/sql.js'
import { openHandle, READER_PRAGMAS } from '#server/db/sqlite.js'
import { type DatabaseStore, openStore } from '#server/db/store.js'
import type { ScratchDatabase } from '../db/servers.js'

export const SILENT: Log = { info() {}, warn() {}, error() {} }
export const TABLES = ['accounts', 'identities', 'unionids', 'merges', 'tickets', 'callbacks', 'sessions'] as const
export type Table = (typeof TABLES)[number]

/** A migrated store in a new directory. Both go away when the test ends. */
export async function openScratchStore(clock: Clock): Promise<ScratchStore> {
  const directory = await mkdtemp(join(tmpdir(), 'saoma-core-'))
  const path = join(directory, 'scratch.sqlite')
  const store = await openStore({ url: `sqlite:${path}`, clock, log: SILENT, synchronous: 'NORMAL' })
  await store.migrate()
  const handle = await openHandle(path, READER_PRAGMAS)
  onTestFinished(async () => {
    await handle.close()
    await store.close()
    await rm(directory, { recursive: true })
  })
  return looking(store, (text) => handle.sql.rows(text))
}

/** A node on a server's database, migrated if it is the first. It goes away with the database. */
export async function openServerScratch(database: ScratchDatabase, clock: Clock): Promise<ScratchStore> {
  const store = await database.open({ clock, deadlineMs: 15_000 })
  await store.migrate()
  return looking(store, database.query)
}

function looking(store: DatabaseStore, query: (text: string) => Promise<Row[]>) {
  const rows = (table: Table): Promise<Row[]> => query(`SELECT * FROM ${table} ORDER BY 1, 2`)
  return {
    store,
    /** Any query, past the store. */
    query,
    rows,
    /** Every row of every table, to see whether anything at all was written. */
    dump: async () => Object.fromEntries(await Promise.all(TABLES.map(async (table) => [table, await rows(table)]))),
    /** How many rows each of the tables has. */
    count: async (...tables: Table[]) => Promise.all(tables.map(async (table) => (await rows(table)).length)),
  }
}

export type ScratchStore = ReturnType<typeof looking>

/** A clock that only moves when it is told to. */
export function movableClock(start = 1_750_000_000_000) {
  let now = start
  return {
    clock: () => now,
    advance: (ms: number) => {
      now += ms
    },
  }
}

export type MovableClock = ReturnType<typeof movableClock>
