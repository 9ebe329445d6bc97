// SQLite appends what is committed to a log (the WAL) and has to move it into the file now and then: a checkpoint. By
// itself it does so within a commit, and everybody in that group waits for the disk. Here it is done beside the writer.
import type { Log } from '#server/core/ports.js'
import type { Sql } from './sql.js'
import type { Handle } from './sqlite.js'

export interface Checkpoints {
  /**
   * A group has been committed, and the next one has not begun. Null as a rule; a promise when the writer has to hold on
   * until the log has been begun anew, because under a steady load there is never a moment in which all of it was moved.
   */
  committed(): Promise<void> | null
  /** Waits for what is under way and lets go of the handle. */
  close(): Promise<void>
}

/** About as often as SQLite would: a group's commit adds some twenty pages of 4 KiB, and its own limit is a thousand. */
const LIMITS = { everyCommits: 64, longestPages: 8_000 }

/**
 * @param open a handle for this alone, opened when it is first needed: on it work goes on while the writer commits
 * @param writer the writer's handle, which makes no checkpoints by itself
 */
export function createCheckpoints(
  open: () => Promise<Handle>,
  writer: Pick<Sql, 'rows'>,
  log: Log,
  { everyCommits, longestPages } = LIMITS,
): Checkpoints {
  let commits = 0
  let [length, bound] = [0, longestPages]
  let handle: Handle | null = null
  let running: Promise<void> | null = null

  async function move(): Promise<void> {
    try {
      handle ??= await open()
      const [found] = await handle.sql.rows('PRAGMA wal_checkpoint(PASSIVE)')
      length = Number(found?.log)
    } catch (error) {
      log.warn('db.checkpoint_failed', { error: String(error) })
    } finally {
      running = null
    }
  }

  /** Little is left to be moved, for most of it just was. Where somebody reads for long, that is waited for more and more seldom. */
  async function beginAnew(): Promise<void> {
    try {
      const [found] = await writer.rows('PRAGMA wal_checkpoint(RESTART)')
      bound = Number(found?.busy) === 0 ? longestPages : 2 * length
    } catch (error) {
      log.warn('db.checkpoint_failed', { error: String(error) })
    }
    length = 0
  }

  return {
    committed() {
      commits += 1
      if (running !== null) return null
      if (length > bound) return beginAnew()
      if (commits >= everyCommits) {
        commits = 0
        running = move()
      }
      return null
    },
    async close() {
      await running
      await handle?.close()
    },
  }
}
