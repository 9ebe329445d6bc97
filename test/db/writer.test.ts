import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sequelize } from 'sequelize'
import { expect, onTestFinished, test } from 'vitest'
import type { Sql } from '#server/db/sql.js'
import { openHandle, preparePrivateFile, sqliteSql, writerPragmas } from '#server/db/sqlite.js'
import { createWriter, monotonic, type WriterOptions } from '#server/db/writer.js'
import { eventLog, stranger, temporaryDirectory } from './temp.js'

/** A writer on a file with one table, and everything it says to the database. */
async function openWriter(options: Partial<WriterOptions> = {}) {
  const path = preparePrivateFile(join(temporaryDirectory(), 'writer.sqlite'))
  const handle = await openHandle(path, writerPragmas('NORMAL'))
  onTestFinished(() => handle.close())
  await handle.sql.run('CREATE TABLE notes (id INTEGER PRIMARY KEY, parent INTEGER)')
  const said: string[] = []
  const sql: Sql = {
    rows: handle.sql.rows,
    run(text, bind) {
      said.push(text)
      return handle.sql.run(text, bind)
    },
  }
  const log = eventLog()
  const writer = createWriter({ sql, now: monotonic, log, queueLimit: 500, deadlineMs: 5000, ...options })
  const note = (id: number) => (tx: Sql) => tx.run('INSERT INTO notes (id) VALUES ($id)', { id })
  const ids = async () => (await handle.sql.rows('SELECT id FROM notes ORDER BY id')).map(({ id }) => id)
  return { path, handle, said, log, writer, note, ids }
}

test('what arrives during a commit is committed together', async () => {
  const { writer, note, said, ids } = await openWriter()
  const first = writer.submit(note(0))
  const rest = Promise.all(Array.from({ length: 30 }, (_, index) => writer.submit(note(index + 1))))
  await Promise.all([first, rest])
  await Promise.all(Array.from({ length: 30 }, (_, index) => writer.submit(note(index + 100))))
  expect(await ids()).toHaveLength(61)
  expect(said.filter((text) => text === 'COMMIT').length).toBeLessThanOrEqual(3)
})

test('jobs run in the order in which they came, one at a time', async () => {
  const { writer, note } = await openWriter()
  const order: string[] = []
  const jobs = Array.from({ length: 10 }, (_, index) =>
    writer.submit(async (tx) => {
      order.push(`begin ${index}`)
      await note(index)(tx)
      order.push(`end ${index}`)
    }),
  )
  await Promise.all(jobs)
  expect(order).toEqual(Array.from({ length: 10 }, (_, index) => [`begin ${index}`, `end ${index}`]).flat())
})

test('nothing settles before the commit, success and failure alike', async () => {
  const { writer, note, said } = await openWriter()
  const settled = (job: Promise<unknown>) => job.then(() => said.at(-1)).catch(() => said.at(-1))
  const fails = writer.submit(async (tx) => {
    await note(1)(tx)
    throw new Error('no')
  })
  expect(await Promise.all([settled(writer.submit(note(0))), settled(fails)])).toEqual(['COMMIT', 'COMMIT'])
})

test('a caller who comes back at once from the result is served', async () => {
  const { writer, note, ids } = await openWriter()
  for (let id = 0; id < 20; id++) await writer.submit(note(id))
  expect(await ids()).toHaveLength(20)
})

test('a failed commit rejects its whole group as busy, and the next group works; a hundred times', async () => {
  const { writer, note, handle, log, ids } = await openWriter()
  await handle.sql.run(
    'CREATE TABLE late (id INTEGER PRIMARY KEY, note INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)',
  )
  for (let round = 0; round < 100; round++) {
    const results = await Promise.allSettled([
      writer.submit(note(1000 + round)),
      writer.submit((tx) => tx.run('INSERT INTO late (note) VALUES (999999)')),
      writer.submit(async () => {
        throw new Error('concluded from what was never committed')
      }),
    ])
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'busy' } })
    await writer.submit(note(round))
  }
  expect(await ids()).toEqual(Array.from({ length: 100 }, (_, index) => index))
  expect(log.events).toEqual(Array.from({ length: 100 }, () => 'db.group_lost'))
})

test('a commit that finds the file locked leaves no lock behind', async () => {
  // With a rollback journal, unlike with WAL, an open reader makes COMMIT fail with SQLITE_BUSY.
  const path = preparePrivateFile(join(temporaryDirectory(), 'journal.sqlite'))
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: path, logging: false, retry: { max: 1 } })
  onTestFinished(() => sequelize.close())
  const sql = sqliteSql(sequelize)
  await sql.rows('PRAGMA busy_timeout = 20')
  await sql.run('CREATE TABLE notes (id INTEGER PRIMARY KEY)')
  const writer = createWriter({ sql, now: monotonic, log: eventLog(), queueLimit: 9, deadlineMs: 5000 })
  const reader = stranger(path)
  await reader.exec('BEGIN; SELECT * FROM notes')
  const lost = writer.submit((tx) => tx.run('INSERT INTO notes (id) VALUES (1)'))
  await expect(lost).rejects.toMatchObject({ code: 'busy', cause: { code: 'SQLITE_BUSY' } })
  await reader.exec('COMMIT')
  await writer.submit((tx) => tx.run('INSERT INTO notes (id) VALUES (2)'))
  expect(await reader.all('SELECT id FROM notes')).toEqual([{ id: 2 }])
})

test('a job that destroys the transaction takes its group with it, and the next group works', async () => {
  const { writer, note, ids } = await openWriter()
  const results = await Promise.allSettled([
    writer.submit(note(1)),
    writer.submit((tx) => tx.run('ROLLBACK')),
    writer.submit(note(2)),
  ])
  for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'busy' } })
  await writer.submit(note(3))
  expect(await ids()).toEqual([3])
})

test('a handle that was left inside a transaction recovers', async () => {
  const { writer, note, handle, ids } = await openWriter()
  await handle.sql.run('BEGIN')
  await expect(writer.submit(note(1))).rejects.toMatchObject({ code: 'busy' })
  await writer.submit(note(2))
  expect(await ids()).toEqual([2])
})

test('a full queue refuses at once as busy and keeps what it has', async () => {
  const { writer, note, path, ids } = await openWriter({ queueLimit: 5 })
  const other = stranger(path)
  await other.exec('BEGIN IMMEDIATE')
  const accepted = Array.from({ length: 5 }, (_, id) => writer.submit(note(id)))
  await expect(writer.submit(note(5))).rejects.toMatchObject({ code: 'busy', details: { why: 'queue_full' } })
  await other.exec('COMMIT')
  await Promise.all(accepted)
  expect(await ids()).toEqual([0, 1, 2, 3, 4])
})

test('somebody else holds the lock for 1.5 s: nobody notices but by waiting', async () => {
  const { writer, note, path, log, ids } = await openWriter()
  const other = stranger(path)
  await other.exec('BEGIN IMMEDIATE')
  const jobs = Array.from({ length: 20 }, (_, id) => writer.submit(note(id)))
  await sleep(1500)
  await other.exec('COMMIT')
  await Promise.all(jobs)
  expect(await ids()).toHaveLength(20)
  expect(log.events).toEqual(['db.blocked'])
  expect(log.data).toMatchObject([{ why: 'contended', error: expect.stringContaining('SQLITE_BUSY') }])
})

test('somebody else keeps the lock: busy at the deadline, and normal work as soon as it is free', async () => {
  const { writer, note, path, ids } = await openWriter({ deadlineMs: 400 })
  const other = stranger(path)
  await other.exec('BEGIN IMMEDIATE')
  const startedAt = performance.now()
  await expect(writer.submit(note(1))).rejects.toMatchObject({ code: 'busy', details: { why: 'deadline' } })
  expect(performance.now() - startedAt).toBeLessThan(1200)
  const later = writer.submit(note(2))
  await other.exec('COMMIT')
  await later
  expect(await ids()).toEqual([2])
})

test('a job behind a slow neighbour of its group is refused when its deadline passes', async () => {
  let now = 0
  const { writer, note, ids } = await openWriter({ now: () => now, deadlineMs: 100 })
  const slow = writer.submit(async (tx) => {
    await note(1)(tx)
    now = 100
  })
  const late = writer.submit(note(2))
  await slow
  await expect(late).rejects.toMatchObject({ code: 'busy', details: { why: 'deadline' } })
  expect(await ids()).toEqual([1])
})

test('statements started at once run one after the other, and none outlives its job', async () => {
  const { writer, note, ids } = await openWriter()
  const failing = writer.submit((tx) => Promise.all([tx.run('INSERT INTO nowhere VALUES (1)'), note(1)(tx)]))
  await expect(failing).rejects.toMatchObject({ message: expect.stringContaining('nowhere') })
  await writer.submit(async (tx) => {
    note(2)(tx).catch(() => undefined)
  })
  expect(await ids()).toEqual([2])
})

test('closing finishes what was accepted and refuses the rest', async () => {
  const { writer, note, ids } = await openWriter()
  const jobs = Array.from({ length: 10 }, (_, id) => writer.submit(note(id)))
  const closed = writer.close()
  await expect(writer.submit(note(10))).rejects.toMatchObject({ code: 'busy', details: { why: 'closed' } })
  await closed
  await Promise.all(jobs)
  expect(await ids()).toHaveLength(10)
})
