// The same stories on SQLite, PostgreSQL and MariaDB, each on a database of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Store } from '#server/core/ports.js'
import { serverAddress } from '#server/db/address.js'
import { openPool, REQUEST_LIMITS } from '#server/db/server-pool.js'
import type { Row } from '#server/db/sql.js'
import { openHandle, READER_PRAGMAS } from '#server/db/sqlite.js'
import { openStore } from '#server/db/store.js'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { createDesk } from './identity/people.js'
import { type MovableClock, movableClock, SILENT } from './scratch-store.js'
import { seededRandom } from './seeded-random.js'

interface Opened {
  readonly store: Store
  /** A stranger's look into the tables. */
  rows(text: string): Promise<Row[]>
  close(): Promise<unknown>
}

/** A migrated database, its clock, and a desk at which people sign in. */
export interface Office {
  readonly time: MovableClock
  readonly store: Store
  readonly desk: ReturnType<typeof createDesk>
  rows(text: string): Promise<Row[]>
}

/** Registers the stories once for each database. The office is open while they run. */
export function onEveryDatabase(title: string, stories: (office: () => Office) => void): void {
  describe(`${title}, on SQLite`, () => register(title, onFile, stories))
  for (const server of SERVERS) {
    describeOn(server, title, () =>
      register(
        title,
        async (time) => {
          const database = await scratchDatabase(server)
          const store = await database.open({ ...time, deadlineMs: 60_000 })
          await store.migrate()
          const stranger = await openPool(serverAddress(database.url), { ...REQUEST_LIMITS, connections: 1 })
          const close = async () => {
            await stranger.close()
            await database.drop()
          }
          return { store, rows: (text) => stranger.sql().rows(text), close }
        },
        stories,
      ),
    )
  }
}

function register(
  title: string,
  open: (time: MovableClock) => Promise<Opened>,
  stories: (office: () => Office) => void,
): void {
  const time = movableClock()
  let opened: Opened
  let office: Office
  beforeAll(async () => {
    opened = await open(time)
    const { store, rows } = opened
    office = { time, store, rows, desk: createDesk(opened, time, seededRandom(title)) }
  })
  afterAll(() => opened.close())
  stories(() => office)
}

async function onFile({ clock }: MovableClock): Promise<Opened> {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-core-'))
  const path = join(directory, 'x.sqlite')
  const store = await openStore({
    url: `sqlite:${path}`,
    clock,
    log: SILENT,
    synchronous: 'NORMAL',
    deadlineMs: 60_000,
  })
  await store.migrate()
  const handle = await openHandle(path, READER_PRAGMAS)
  return {
    store,
    rows: (text) => handle.sql.rows(text),
    async close() {
      await handle.close()
      await store.close()
      rmSync(directory, { recursive: true })
    },
  }
}
