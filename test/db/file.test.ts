import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openHandle, READER_PRAGMAS, sqlitePath, writerPragmas } from '#server/db/sqlite.js'
import { openStore } from '#server/db/store.js'
import { ticket } from '../contract/records.js'
import { eventLog, stranger, temporaryDirectory, testStore } from './temp.js'

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('the address is a file: relative or absolute, never memory, never a host', () => {
  expect(sqlitePath('sqlite:/var/lib/saoma.sqlite')).toBe('/var/lib/saoma.sqlite')
  expect(sqlitePath('sqlite:./data/saoma.sqlite')).toBe(join(process.cwd(), 'data/saoma.sqlite'))
  for (const url of ['sqlite::memory:', 'sqlite:', 'sqlite://host/file', 'postgres://host/db', '/file']) {
    expect(() => sqlitePath(url)).toThrow('sqlite:./data/file.sqlite')
  }
})

test('other users of the machine can read neither the files nor their directory', async () => {
  const directory = join(temporaryDirectory(), 'made', 'here')
  const before = process.umask(0)
  onTestFinished(() => {
    process.umask(before)
  })
  const store = await testStore(join(directory, 'store.sqlite'))
  await store.migrate()
  expect([mode(directory), mode(join(directory, '..'))]).toEqual(['700', '700'])
  for (const name of ['store.sqlite', 'store.sqlite-wal', 'store.sqlite-shm', 'store.sqlite.lock']) {
    expect([name, mode(join(directory, name))]).toEqual([name, '600'])
  }
})

test('a file that was readable for others no longer is, and a directory that was there is left alone', async () => {
  const directory = join(temporaryDirectory(), 'shared')
  mkdirSync(directory, { mode: 0o755 })
  const path = join(directory, 'store.sqlite')
  writeFileSync(path, '', { mode: 0o644 })
  await testStore(path)
  expect([mode(path), mode(directory)]).toEqual(['600', '755'])
})

test('every handle has its own settings', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  const store = await testStore(path)
  await store.migrate()
  expect(await stranger(path).all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }])
  const orphan = store.write((tx) =>
    tx.identities.insert({
      appid: 'wx1',
      openid: 'o1' as never,
      platform: 'main',
      unionid: null,
      unionidAt: null,
      accountId: 'acc_none',
      createdAt: 0,
      lastUsedAt: 0,
    }),
  )
  await expect(orphan).rejects.toMatchObject({ message: expect.stringContaining('FOREIGN KEY') })
})

test('promise 2: unless somebody wants it otherwise, a commit is on the disk before it counts', async () => {
  const { sql, close } = await openHandle(join(temporaryDirectory(), 'store.sqlite'), writerPragmas())
  onTestFinished(close)
  expect(await sql.rows('PRAGMA synchronous')).toEqual([{ synchronous: 2 }])
})

test('a reader cannot write', async () => {
  const { sql, close } = await openHandle(join(temporaryDirectory(), 'store.sqlite'), READER_PRAGMAS)
  onTestFinished(close)
  await expect(sql.run('CREATE TABLE t (id TEXT)')).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
})

test('a second store on the same file is refused by name, through a link too, until the first is closed', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'store.sqlite')
  const first = await testStore(path)
  expect(first.exclusive).toBe(true)
  const open = (url: string) => openStore({ url, clock: Date.now, log: eventLog() })
  await expect(open(`sqlite:${path}`)).rejects.toThrow(`${path} is in use by another process`)
  symlinkSync(path, join(directory, 'link.sqlite'))
  await expect(open(`sqlite:${directory}/link.sqlite`)).rejects.toThrow(`${path} is in use by another process`)
  await first.close()
  await testStore(path)
})

test('a file that is no database is refused by name and its lock is free again', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  writeFileSync(path, 'this is a text, not a database. '.repeat(100))
  for (const _ of [1, 2]) await expect(testStore(path)).rejects.toThrow(`Cannot open ${path}: SQLITE_NOTADB`)
})

const HOLD_LOCK = `
  const { Database } = require('sqlite3')
  const handle = new Database(process.argv[1])
  handle.configure('busyTimeout', 0)
  handle.exec('BEGIN EXCLUSIVE', (error) => console.log(error ? error.code : 'held'))
  setInterval(() => {}, 1000)`

/** Another process that tries to take the lock; says `held` or SQLite's code. */
async function otherProcess(lockPath: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['-e', HOLD_LOCK, lockPath], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [chunk] = await once(child.stdout, 'data')
  return { child, said: String(chunk).trim() }
}

test('two processes: the second is refused, even after a failed attempt inside the first', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  await testStore(path)
  await expect(testStore(path)).rejects.toThrow('in use')
  expect((await otherProcess(`${path}.lock`)).said).toBe('SQLITE_BUSY')
})

test('kill -9 of the owner frees the file at once', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  await (await testStore(path)).close()
  const { child, said } = await otherProcess(`${path}.lock`)
  expect(said).toBe('held')
  await expect(testStore(path)).rejects.toThrow(`${path} is in use by another process`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await testStore(path)
})

test('closing waits for accepted work, leaves everything in one file, and may be repeated', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  const store = await testStore(path)
  await store.migrate()
  const record = ticket()
  const write = store.write((tx) => tx.tickets.insert(record))
  await Promise.all([store.close(), store.close()])
  expect(await write).toBe(true)
  expect(existsSync(`${path}-wal`)).toBe(false)
  expect(await store.troubles()).not.toEqual([])
  await expect(store.write((tx) => tx.tickets.insert(ticket()))).rejects.toMatchObject({ code: 'busy' })
  const again = await testStore(path)
  expect(await again.read.tickets.find(record.id)).toEqual(record)
})

test('reads go on while somebody else holds the write lock, and readiness says what is wrong', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  const store = await testStore(path, { deadlineMs: 300 })
  expect(await store.troubles()).not.toEqual([])
  await store.migrate()
  expect(await store.troubles()).toEqual([])
  const other = stranger(path)
  await other.exec('BEGIN IMMEDIATE')
  expect(await store.read.tickets.find('tkt_unknown')).toBeNull()
  expect(await store.troubles()).not.toEqual([])
  await other.exec('COMMIT')
  expect(await store.troubles()).toEqual([])
})
