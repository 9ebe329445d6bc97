// Every migration, cut off after each of its statements and begun again: tables and rows end as if nothing had happened.
import { expect, onTestFinished, test } from 'vitest'
import { serverAddress } from '#server/db/address.js'
import { createMigrator, type Migration } from '#server/db/migrate.js'
import { MIGRATIONS } from '#server/db/migrations/index.js'
import { MIGRATION_LIMITS, openPool } from '#server/db/server-pool.js'
import type { Sql } from '#server/db/sql.js'
import { patiently } from '#server/db/transactions.js'
import { describeOn, MARIADB, type ScratchDatabase, SERVERS, scratchDatabase, type TestServer } from './servers.js'

async function empty(server: TestServer): Promise<ScratchDatabase> {
  const database = await scratchDatabase(server)
  onTestFinished(() => database.drop())
  return database
}

/** Runs `migrations` like a node, and is told of each statement that has run, the migrator's own too: its place, from 0. */
async function migrate(
  { url }: ScratchDatabase,
  migrations: readonly Migration[],
  ran: (statement: number) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const pool = await openPool(serverAddress(url), MIGRATION_LIMITS)
  let statement = 0
  const told = (sql: Sql): Sql => ({
    rows: sql.rows,
    async run(text, bind) {
      const changed = await sql.run(text, bind)
      await ran(statement++)
      return changed
    },
  })
  const run = patiently(pool)
  const migrator = createMigrator({
    run,
    patiently: (work) => run((sql) => work(told(sql))),
    dialect: pool.dialect,
    migrations,
  })
  try {
    return await migrator.migrate()
  } finally {
    await pool.close()
  }
}

/** Rows as the first version wrote them. */
const SEED = [
  "INSERT INTO accounts (id, status, created_at, nickname, avatar_url, profile_source, profile_at) VALUES ('acc_1', 'active', 5, '小王', 'https://a.example/1', 'pc', 7)",
  "INSERT INTO accounts (id, status, created_at, nickname, avatar_url) VALUES ('acc_2', 'active', 6, '', '')",
  "INSERT INTO accounts (id, status, created_at, merged_into, nickname, avatar_url) VALUES ('acc_3', 'merged', 6, 'acc_1', '', '')",
  "INSERT INTO identities (appid, openid, platform, unionid, account_id, created_at, last_used_at) VALUES ('wx1', 'o1', 'main', 'u1', 'acc_1', 5, 8)",
  "INSERT INTO unionids (platform, unionid, account_id) VALUES ('main', 'u1', 'acc_1')",
  "INSERT INTO merges (id, survivor_id, loser_id, merged_at, cause, moved) VALUES ('mrg_1', 'acc_1', 'acc_3', 9, '{}', '{}')",
  "INSERT INTO tickets (id, method, app_key, status, version, created_at, expires_at, return_to, device, explicit, match_tries) VALUES ('t1', 'relay', 'mp', 'pending', 1, 5, 9, '/', '{}', 0, 0)",
  "INSERT INTO callbacks (state_hash, ticket_id, started_at) VALUES ('s1', 't1', 6)",
  "INSERT INTO sessions (hash, id, account_id, kind, method, device, created_at, last_seen_at, expires_at) VALUES ('h1', 'ses_1', 'acc_1', 'browser', 'relay', '{}', 5, 6, 7)",
]

/** Everything before `migration` has run, and people have used it. */
async function usedUntil(database: ScratchDatabase, migration: Migration): Promise<void> {
  const before = MIGRATIONS.slice(0, MIGRATIONS.indexOf(migration))
  const [first] = before
  if (first === undefined) return
  await migrate(database, [first])
  for (const insert of SEED) await database.query(insert)
  await migrate(database, before)
}

/** All columns, keys and rows. */
async function everything({ query }: ScratchDatabase, { name }: TestServer): Promise<unknown> {
  const schema = name === 'MariaDB' ? 'DATABASE()' : 'current_schema()'
  const columns = await query(
    `SELECT table_name AS t, column_name AS c, data_type AS d, character_maximum_length AS l, is_nullable AS n
     FROM information_schema.columns WHERE table_schema = ${schema} ORDER BY table_name, ordinal_position`,
  )
  const keys = await query(
    name === 'MariaDB'
      ? `SELECT table_name AS t, index_name AS i, column_name AS c, non_unique AS n FROM information_schema.statistics
         WHERE table_schema = DATABASE() ORDER BY 1, 2, seq_in_index`
      : 'SELECT indexdef AS i FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1',
  )
  const tables = [...new Set(columns.map(({ t }) => String(t)))]
  const rows = await Promise.all(tables.map((table) => query(`SELECT * FROM ${table} ORDER BY 1`)))
  return { columns, keys, rows: Object.fromEntries(tables.map((table, index) => [table, rows[index]])) }
}

for (const server of SERVERS) {
  describeOn(server, 'a migration that is cut off', () => {
    test.each(MIGRATIONS)('$name goes on after each of its statements', { timeout: 120_000 }, async (migration) => {
      const until = MIGRATIONS.slice(0, MIGRATIONS.indexOf(migration) + 1)
      const whole = await empty(server)
      await usedUntil(whole, migration)
      let statements = 0
      await migrate(whole, until, async () => {
        statements += 1
      })
      const expected = await everything(whole, server)

      // On PostgreSQL all of them are one transaction, so that the longest one tells as much as any.
      for (let last = server === MARIADB ? 0 : statements - 1; last < statements; last++) {
        const database = await empty(server)
        await usedUntil(database, migration)
        const cut = migrate(database, until, async (statement) => {
          if (statement === last) await database.cut()
        })
        await expect(cut).rejects.toThrow()
        expect([last, await migrate(database, until)]).toEqual([last, [migration.name]])
        expect([last, await everything(database, server)]).toEqual([last, expected])
      }
    })
  })
}

describeOn(MARIADB, 'a migration that is cut off', () => {
  const named = (up: Migration['up']): Migration[] => [{ name: '0001-mixed', up }]

  test('changes rows once, however often it is begun again', { timeout: 60_000 }, async () => {
    const statements = [
      'CREATE TABLE counts (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)',
      'INSERT INTO counts VALUES (1, 0)',
      'UPDATE counts SET n = n + 1',
      'ALTER TABLE counts RENAME COLUMN n TO total',
      'UPDATE counts SET total = total + 10',
      'ALTER TABLE counts ADD COLUMN more INTEGER',
      'ALTER TABLE counts DROP COLUMN more',
      'UPDATE counts SET total = total + 100',
    ]
    const mixed = named(async (sql) => {
      for (const statement of statements) await sql.run(statement)
    })
    const database = await empty(MARIADB)
    let starts = 0
    for (let done = false; !done; starts++) {
      // Each start comes a statement further than the one before.
      done = await migrate(database, mixed, async (statement) => {
        if (statement === starts) await database.cut()
      }).then(
        () => true,
        () => false,
      )
    }
    expect(starts).toBeGreaterThan(statements.length)
    expect(await database.query('SELECT * FROM counts')).toEqual([{ id: 1, total: 111 }])
    expect(await database.query('SELECT name FROM migrations')).toEqual([{ name: '0001-mixed' }])
  })

  test('what the database refused is refused again, and not taken for done', async () => {
    const database = await empty(MARIADB)
    await database.query('CREATE TABLE theirs (id INTEGER)')
    const migrations = named(async (sql) => {
      await sql.run('CREATE TABLE ours (id INTEGER)')
      await sql.run('CREATE TABLE theirs (id INTEGER)')
    })
    for (let start = 1; start <= 3; start++) await expect(migrate(database, migrations)).rejects.toThrow('theirs')
    await database.query('DROP TABLE theirs')
    expect(await migrate(database, migrations)).toEqual(['0001-mixed'])
  })

  test('a column that was never there is an error after a crash too', async () => {
    const database = await empty(MARIADB)
    await database.query('CREATE TABLE migrations (name VARBINARY(255) NOT NULL PRIMARY KEY)')
    await database.query("INSERT INTO migrations VALUES ('0001-mixed (begun 1)')")
    await database.query('CREATE TABLE ours (id INTEGER)')
    const migrations = named(async (sql) => {
      await sql.run('CREATE TABLE ours (id INTEGER)')
      await sql.run('UPDATE ours SET missing = 1')
    })
    await expect(migrate(database, migrations)).rejects.toThrow('missing')
  })
})
