import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Migration } from '#server/db/migrate.js'
import { MIGRATIONS } from '#server/db/migrations/index.js'
import { stranger, temporaryDirectory, testStore } from './temp.js'

const creates = (name: string, table: string): Migration => ({
  name,
  async up(sql) {
    await sql.run(`CREATE TABLE ${table} (id INTEGER)`)
  },
})
const one = creates('0001-one', 'one')
const two = creates('0002-two', 'two')

async function tablesOf(path: string): Promise<unknown[]> {
  const rows = await stranger(path).all(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migrations' ORDER BY name",
  )
  return rows.map((row) => (row as { name: unknown }).name)
}

test('migrations run once, in order, and running them again does nothing', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  const store = await testStore(path)
  const names = MIGRATIONS.map(({ name }) => name)
  expect(await store.pending()).toEqual(names)
  expect(await store.migrate()).toEqual(names)
  expect(await store.pending()).toEqual([])
  expect(await store.migrate()).toEqual([])
  await store.close()
  expect(await (await testStore(path)).migrate()).toEqual([])
})

test('the list is sorted, without repetition, and its first migration is the released one', () => {
  const names = MIGRATIONS.map(({ name }) => name)
  expect(names).toEqual([...new Set(names)].toSorted())
  expect(names[0]).toBe('0001-tables')
})

test('a new version runs only what is new', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  const before = await testStore(path, { migrations: [one] })
  expect(await before.migrate()).toEqual(['0001-one'])
  await before.close()
  const after = await testStore(path, { migrations: [one, two] })
  expect(await after.pending()).toEqual(['0002-two'])
  expect(await after.troubles()).not.toEqual([])
  expect(await after.migrate()).toEqual(['0002-two'])
  expect(await after.troubles()).toEqual([])
  expect(await tablesOf(path)).toEqual(['one', 'two'])
})

test('an older version refuses a newer database', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  const newer = await testStore(path, { migrations: [one, two] })
  await newer.migrate()
  await newer.close()
  const older = await testStore(path, { migrations: [one] })
  await expect(older.pending()).rejects.toThrow('0002-two')
  await expect(older.migrate()).rejects.toThrow('0002-two')
  expect(await older.troubles()).not.toEqual([])
})

test('a migration that sorts before one that has run is refused', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  const before = await testStore(path, { migrations: [two] })
  await before.migrate()
  await before.close()
  const after = await testStore(path, { migrations: [one, two] })
  await expect(after.migrate()).rejects.toThrow('Migration 0001-one sorts before 0002-two')
  expect(await tablesOf(path)).toEqual(['two'])
})

test('a migration that fails leaves nothing of itself, and those before it stay', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  const broken: Migration = {
    name: '0002-broken',
    async up(sql) {
      await sql.run('CREATE TABLE half (id INTEGER)')
      await sql.run('CREATE TABLE half (id INTEGER)')
    },
  }
  const store = await testStore(path, { migrations: [one, broken] })
  await expect(store.migrate()).rejects.toThrow('0002-broken')
  expect(await tablesOf(path)).toEqual(['one'])
  expect(await store.pending()).toEqual(['0002-broken'])
})

test('every read that a request makes uses an index', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  await (await testStore(path)).migrate()
  const file = stranger(path)
  const conditions = [
    "tickets WHERE id = 'x'",
    "tickets WHERE id IN (SELECT value FROM json_each('[]'))",
    'tickets WHERE expires_at < 1 AND (redeemed_at IS NULL OR redeemed_at < 1)',
    "callbacks WHERE state_hash = 'x'",
    "callbacks WHERE code_hash = 'x'",
    "callbacks WHERE ticket_id = 'x'",
    'callbacks WHERE outcome_status IS NULL AND started_at <= 1',
    'callbacks WHERE started_at < 1',
    "accounts WHERE merged_into = 'x'",
    "identities WHERE appid = 'x' AND openid = 'x'",
    "identities WHERE account_id = 'x'",
    "unionids WHERE platform = 'x' AND unionid = 'x'",
    "unionids WHERE platform = 'x' AND account_id = 'x'",
    "unionids WHERE account_id = 'x'",
    'merges WHERE undone_at >= 0',
    "sessions WHERE hash = 'x' AND ended_at IS NULL AND expires_at > 1",
    "sessions WHERE id IN (SELECT value FROM json_each('[]'))",
    "sessions WHERE account_id = 'x' AND ended_at IS NULL",
    'sessions WHERE expires_at < 1 OR ended_at < 1',
  ]
  for (const condition of conditions) {
    const plan = JSON.stringify(await file.all(`EXPLAIN QUERY PLAN SELECT * FROM ${condition}`))
    expect([condition, /SCAN (?!json_each)/.test(plan)]).toEqual([condition, false])
  }
})
