// PostgreSQL and MariaDB for tests: a database of the test's own on a server that runs beside it, dropped when it is over.
// Where no server answers its tests are skipped in plain sight; with CI=true they fail.
import { randomBytes } from 'node:crypto'
import { describe } from 'vitest'
import { serverAddress } from '#server/db/address.js'
import { openPool, REQUEST_LIMITS } from '#server/db/server-pool.js'
import type { Row } from '#server/db/sql.js'
import { type DatabaseStore, openStore, type StoreOptions } from '#server/db/store.js'
import { eventLog } from './temp.js'

export interface TestServer {
  readonly name: 'PostgreSQL' | 'MariaDB'
  readonly url: string
  readonly answers: boolean
  /** How to get one, for whoever sees the tests skipped. */
  readonly hint: string
}

const POSTGRES_URL = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres:postgres@127.0.0.1:5432/postgres'
const MARIADB_URL = process.env.TEST_MARIADB_URL ?? 'mariadb://root@127.0.0.1:3306/mysql'

export const POSTGRES = await server('PostgreSQL', POSTGRES_URL, 'postgresql', 'TEST_POSTGRES_URL')
export const MARIADB = await server('MariaDB', MARIADB_URL, 'mariadb-server', 'TEST_MARIADB_URL')
export const SERVERS: readonly TestServer[] = [POSTGRES, MARIADB]

async function server(name: TestServer['name'], url: string, deb: string, variable: string): Promise<TestServer> {
  const hint = `no ${name} answers: apt-get install ${deb}, or name one that lets its user create databases in ${variable}`
  const answers = await onServer(url, (query) => query('SELECT 1')).then(
    () => true,
    () => false,
  )
  return { name, url, answers, hint }
}

/** `describe` on a server, or its visible absence. */
export function describeOn(on: TestServer, title: string, body: () => void): void {
  const absent = !on.answers && process.env.CI !== 'true'
  describe.skipIf(absent)(`${title} on ${on.name}${absent ? ` (skipped: ${on.hint})` : ''}`, body)
}

export interface ScratchDatabase {
  readonly url: string
  /** A stranger's statement in this database. */
  query(text: string): Promise<Row[]>
  /** Cuts every connection to this database, as a restart of the server would. */
  cut(): Promise<void>
  /** A store on it, closed with the database. */
  open(options?: Partial<StoreOptions>): Promise<DatabaseStore>
  drop(): Promise<void>
}

/** A new, empty database. To be dropped in `afterAll` or `onTestFinished`. */
export async function scratchDatabase(on: TestServer): Promise<ScratchDatabase> {
  const name = `saoma_test_${randomBytes(6).toString('hex')}`
  const own = new URL(on.url)
  own.pathname = `/${name}`
  const url = own.href
  const stores: DatabaseStore[] = []
  const admin = <T>(work: (query: Query) => Promise<T>) => onServer(on.url, work)
  await admin((query) => query(`CREATE DATABASE ${name}`))

  const cut = () =>
    admin(async (query) => {
      if (on.name === 'PostgreSQL') {
        await query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
        return
      }
      const rows = await query(`SELECT id FROM information_schema.processlist WHERE db = '${name}'`)
      for (const { id } of rows) await query(`KILL ${id}`).catch(() => undefined)
    })
  return {
    url,
    query: (text) => onServer(url, (query) => query(text)),
    cut,
    async open(options = {}) {
      const store = await openStore({ url, clock: Date.now, log: eventLog(), ...options })
      stores.push(store)
      return store
    },
    async drop() {
      await Promise.all(stores.map((store) => store.close()))
      await cut()
      await admin((query) => query(`DROP DATABASE ${name}`))
    },
  }
}

type Query = (text: string) => Promise<Row[]>

async function onServer<T>(url: string, work: (query: Query) => Promise<T>): Promise<T> {
  const pool = await openPool(serverAddress(url), { ...REQUEST_LIMITS, connections: 1 })
  const query: Query = async (text) => {
    if (/^\s*(SELECT|SHOW|EXPLAIN)\b/i.test(text)) return pool.sql().rows(text)
    await pool.sql().run(text)
    return []
  }
  try {
    return await work(query)
  } finally {
    await pool.close()
  }
}
