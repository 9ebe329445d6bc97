// One process owns a database file. The lock is the operating system's and dies with the process, however that ends.
import sqlite3 from 'sqlite3'
import { preparePrivateFile } from './sqlite.js'

export interface FileLock {
  release(): Promise<void>
}

/**
 * Takes `<path>.lock` for this process by holding an exclusive transaction on it. The file stays when it is released:
 * removing it would let two owners lock two files of one name.
 * @throws Error that names the file, when somebody else has it.
 */
export async function lockFile(path: string): Promise<FileLock> {
  const handle = await open(preparePrivateFile(`${path}.lock`))
  try {
    handle.configure('busyTimeout', 0)
    await new Promise<void>((resolve, reject) => {
      handle.exec('BEGIN EXCLUSIVE', (error) => (error ? reject(error) : resolve()))
    })
  } catch (error) {
    await close(handle)
    if (error instanceof Error && error.message.startsWith('SQLITE_BUSY')) {
      throw new Error(`${path} is in use by another process (or another store of this one)`)
    }
    throw error
  }
  return { release: () => close(handle) }
}

function open(path: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const handle = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(handle)))
  })
}

function close(handle: sqlite3.Database): Promise<void> {
  return new Promise((resolve, reject) => {
    handle.close((error) => (error ? reject(error) : resolve()))
  })
}
