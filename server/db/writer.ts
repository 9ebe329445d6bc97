// The one writer of a process: a bounded first-in-first-out queue that commits in groups. Whatever arrived while the
// last group was committed becomes the next one: one BEGIN IMMEDIATE … COMMIT, and one savepoint for each job.
import { AppError } from '#server/core/errors.js'
import type { Log } from '#server/core/ports.js'
import { createGate } from './gate.js'
import { DatabaseError, type Sql } from './sql.js'

export interface Writer {
  /**
   * Queues `work` and settles only once the group it ran in is committed or rolled back. If `work` throws, or one of its
   * statements failed, its own changes are rolled back, nobody else's, and it rejects with that error.
   * @throws AppError `busy` when the queue is full or closed, when the deadline passed before it started, or when the
   * group could not be committed (what it concluded then rests on data that never was).
   */
  submit<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** How many jobs wait. */
  size(): number
  /** Takes no more work and resolves when all that was accepted is settled. */
  close(): Promise<void>
}

export interface WriterOptions {
  /** A handle that nobody else uses. */
  readonly sql: Sql
  /** Monotonic milliseconds: a wall clock that is set must not make a deadline sooner or later. */
  readonly now: () => number
  readonly log: Log
  /** How many jobs may wait. */
  readonly queueLimit: number
  /** How long a job may wait before it starts. */
  readonly deadlineMs: number
}

interface Job {
  readonly deadline: number
  /** Does the work; the function it returns tells the caller, once that is allowed. */
  run(sql: Sql): Promise<() => void>
  reject(error: unknown): void
}

/** The process's own time, which nobody can set. */
export const monotonic = (): number => performance.now()

export function createWriter({ sql, now, log, queueLimit, deadlineMs }: WriterOptions): Writer {
  let waiting: Job[] = []
  let draining = false
  let drained = Promise.resolve()
  let closed = false
  let blocked = false

  function submit<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(busy('closed'))
    if (waiting.length >= queueLimit) return Promise.reject(busy('queue_full'))
    return new Promise<T>((resolve, reject) => {
      const run = async (jobSql: Sql) => {
        const value = await work(jobSql)
        return () => resolve(value)
      }
      waiting.push({ deadline: now() + deadlineMs, run, reject })
      if (!draining) drained = drain()
    })
  }

  async function drain(): Promise<void> {
    draining = true
    try {
      while (waiting.length > 0) {
        rejectLate()
        // The group is taken after BEGIN: what arrives while another process has the lock still joins it.
        if (waiting.length > 0 && (await begin())) await runGroup(take())
      }
    } finally {
      // In the same turn in which the queue was seen empty, so that a later job starts anew.
      draining = false
    }
  }

  function take(): Job[] {
    const group = waiting
    waiting = []
    return group
  }

  function rejectLate(): void {
    const time = now()
    for (const job of waiting) if (job.deadline <= time) job.reject(busy('deadline'))
    waiting = waiting.filter((job) => job.deadline > time)
  }

  /** True in a transaction. False while another process holds the lock, or when all who wait have been rejected. */
  async function begin(): Promise<boolean> {
    try {
      await sql.run('BEGIN IMMEDIATE')
      blocked = false
      return true
    } catch (error) {
      if (error instanceof DatabaseError && error.code === 'SQLITE_BUSY') {
        if (!blocked) log.warn('db.blocked', { waiting: waiting.length })
        blocked = true
        return false
      }
      await abandon(take(), error)
      return false
    }
  }

  async function runGroup(group: readonly Job[]): Promise<void> {
    const settle: (() => void)[] = []
    try {
      for (const job of group) settle.push(await runJob(job))
      await sql.run('COMMIT')
    } catch (error) {
      await abandon(group, error)
      return
    }
    for (const tell of settle) tell()
  }

  /** Throws only when the transaction as a whole is lost. */
  async function runJob(job: Job): Promise<() => void> {
    if (job.deadline <= now()) return () => job.reject(busy('deadline'))
    await sql.run('SAVEPOINT job')
    const gate = createGate(sql)
    let tell: () => void
    try {
      tell = await job.run(gate.sql)
      await gate.close()
    } catch (error) {
      await gate.close().catch(() => undefined)
      await sql.run('ROLLBACK TO SAVEPOINT job')
      tell = () => job.reject(error)
    }
    await sql.run('RELEASE SAVEPOINT job')
    return tell
  }

  async function abandon(group: readonly Job[], cause: unknown): Promise<void> {
    log.error('db.group_lost', { jobs: group.length, error: String(cause) })
    // Fails where SQLite has rolled back by itself. A handle left inside a transaction is caught at the next BEGIN.
    await sql.run('ROLLBACK').catch(() => undefined)
    for (const job of group) job.reject(busy('not_committed', cause))
  }

  return {
    submit,
    size: () => waiting.length,
    async close() {
      closed = true
      await drained
    },
  }
}

function busy(why: string, cause?: unknown): AppError {
  return new AppError('busy', { details: { why }, ...(cause === undefined ? {} : { cause }) })
}
