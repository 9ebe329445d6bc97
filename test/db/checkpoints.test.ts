import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCheckpoints } from '#server/db/checkpoints.js'
import { CHECKPOINT_PRAGMAS, NO_CHECKPOINTS, openHandle, preparePrivateFile, writerPragmas } from '#server/db/sqlite.js'
import { createWriter, monotonic } from '#server/db/writer.js'
import { eventLog, temporaryDirectory, testStore } from './temp.js'

const PAGE = 4_096
const LONGEST_PAGES = 200

/** A writer whose every job adds a page or more, and the sizes of its files in pages. */
async function openFile(checkpoints: boolean) {
  const path = preparePrivateFile(join(temporaryDirectory(), 'log.sqlite'))
  const writer = await openHandle(path, [...writerPragmas('NORMAL'), NO_CHECKPOINTS])
  onTestFinished(() => writer.close())
  const reader = await openHandle(path, [])
  onTestFinished(() => reader.close())
  await writer.sql.run('CREATE TABLE pages (id INTEGER PRIMARY KEY, body TEXT)')
  const log = eventLog()
  const limits = { everyCommits: 10, longestPages: LONGEST_PAGES }
  let attempts = 0
  const rows: typeof writer.sql.rows = (text, bind) => {
    attempts += 1
    return writer.sql.rows(text, bind)
  }
  const own = createCheckpoints(() => openHandle(path, CHECKPOINT_PRAGMAS), { rows }, log, limits)
  onTestFinished(() => own.close())
  const queue = createWriter({
    ...{ sql: writer.sql, now: monotonic, log, queueLimit: 500, deadlineMs: 5_000 },
    ...(checkpoints ? { committed: own.committed } : {}),
  })
  const add = () =>
    queue.submit((sql) => sql.run('INSERT INTO pages (body) VALUES ($body)', { body: 'x'.repeat(PAGE) }))
  const pages = (name: string) => Math.floor(statSync(name).size / PAGE)
  return { reader, log, add, attempts: () => attempts, inFile: () => pages(path), inLog: () => pages(`${path}-wal`) }
}

async function writing(add: () => Promise<unknown>, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await add()
}

/** Writes until as much again makes the log no longer: it was begun anew. @returns whether that came about */
async function untilItStaysShort({ add, inLog }: Awaited<ReturnType<typeof openFile>>): Promise<boolean> {
  for (let round = 0; round < 60; round++) {
    const before = inLog()
    await writing(add, LONGEST_PAGES)
    if (round > 0 && inLog() === before) return true
  }
  return false
}

test('under a steady load the log is moved into the file, and is begun anew', async () => {
  const file = await openFile(true)
  expect(await untilItStaysShort(file)).toBe(true)
  await expect.poll(file.inFile).toBeGreaterThan(LONGEST_PAGES)
  expect(file.log.events).toEqual([])
}, 60_000)

test('without it the log would grow, and nothing would reach the file', async () => {
  const { add, inFile, inLog } = await openFile(false)
  await writing(add, 2_000)
  expect(inLog()).toBeGreaterThan(4_000)
  expect(inFile()).toBeLessThan(10)
}, 60_000)

test('somebody who reads for long holds up hardly anybody, and the log is begun anew afterwards', async () => {
  const file = await openFile(true)
  await file.add()
  await file.reader.sql.rows('BEGIN')
  await file.reader.sql.rows('SELECT COUNT(*) FROM pages')
  await writing(file.add, 1_000)
  // Each such attempt takes the 250 ms for which the writer waits for others.
  expect(file.attempts()).toBeLessThan(8)
  expect(file.inLog()).toBeGreaterThan(2 * LONGEST_PAGES)
  await file.reader.sql.rows('COMMIT')
  expect(await untilItStaysShort(file)).toBe(true)
}, 60_000)

test('the store that owns a file makes them', async () => {
  const path = join(temporaryDirectory(), 'owned.sqlite')
  const store = await testStore(path)
  await store.migrate()
  const before = statSync(path).size
  for (let n = 0; n < 200; n++) await store.write((tx) => tx.pushes.claim(`push-${n}`, n))
  await expect.poll(() => statSync(path).size).toBeGreaterThan(before)
})
