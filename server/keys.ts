// The key that signs tickets when the operator has set none: made once, kept in the data directory, readable by us alone.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Random } from './core/ports.js'

/**
 * The keys in `file`, one a line, newest first; made with one fresh key when the file is not there.
 * @throws Error when the file exists and holds no key of at least 32 characters
 */
export function readOrMakeKeys(file: string, random: Random): string[] {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    // `wx`: of two processes that start at once, one writes and both read the same key.
    writeFileSync(file, `${random(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const keys = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  if (keys.length === 0 || keys.some((key) => key.length < 32)) {
    throw new Error(`${file} must hold one key of at least 32 characters a line. Remove it to have a new one made.`)
  }
  return keys
}
