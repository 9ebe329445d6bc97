// The one writer of a process: a bounded first-in-first-out queue that commits in groups. Whatever arrived while the
// last group was committed becomes the next one: one BEGIN IMMEDIATE … COMMIT. Jobs may leave what they change in memory
// (`Pending`): it is written down before the commit, and a job that is taken back there needs no savepoint.
import { AppError } from '#server/core/errors.js'
import type { Foreseen, Log } from '#server/core/ports.js'
import { createGate } from './gate.js'
import { DatabaseError, type Sql } from './sql.js'

/** A job's statements. */
export interface JobSql extends Sql {
  /** @throws Error once the job is over: a call was not awaited */
  alive(): void
  /** Takes the job back, whoever catches the error. @throws it */
  refuse(error: Error): never
  /** A query for what no job of this group can have changed: it needs nothing to be written down first. */
  peek: Sql['rows']
}

/** What a group of jobs has changed and the database does not have yet. */
export interface Pending {
  /** A group has begun, with these jobs. */
  begin(foreseen: readonly Foreseen[]): Promise<void>
  /** Writes down what the job that runs, or the jobs before it, have changed. @throws DatabaseError */
  flush(whose: 'group' | 'job'): Promise<void>
  /** A job has run this statement, which may have changed what is remembered. */
  changed(text: string): void
  endJob(kept: boolean): void
  endGroup(committed: boolean): void
}

const NOTHING_PENDING: Pending = {
  begin: async () => undefined,
  flush: async () => undefined,
  changed: () => undefined,
  endJob: () => undefined,
  endGroup: () => undefined,
}

/** A bounded queue of transactions. */
export interface Queue {
  /** @throws AppError `busy` */
  submit<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** How many jobs wait. */
  size(): number
  /** Takes no more work and resolves when all that was accepted is settled. */
  close(): Promise<void>
}

export interface Writer extends Queue {
  /**
   * Queues `work` and settles only once the group it ran in is committed or rolled back. If `work` throws, or one of its
   * statements failed, its own changes are rolled back, nobody else's, and it rejects with that error. It may run again
   * from the start, where what its group had changed could not be written down together.
   * @throws AppError `busy` when the queue is full or closed, when the deadline passed before it started, or when the
   * group could not be committed (what it concluded then rests on data that never was).
   */
  submit<T>(work: (sql: JobSql) => Promise<T>, foreseen?: Foreseen): Promise<T>
  /** True while a group is under way. */
  working(): boolean
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
  readonly pending?: Pending
  /** Hears of every commit; the next group begins when what it returns has settled. */
  readonly committed?: () => Promise<void> | null
}

interface Job {
  readonly deadline: number
  readonly foreseen: Foreseen
  /** Does the work; the function it returns tells the caller, once that is allowed. */
  run(sql: JobSql): Promise<() => void>
  reject(error: unknown): void
}

/** The process's own time, which nobody can set. */
export const monotonic = (): number => performance.now()

const NOTHING: Foreseen = {}

export function createWriter(options: WriterOptions): Writer {
  const { sql, now, log, queueLimit, deadlineMs, pending = NOTHING_PENDING, committed } = options
  let waiting: Job[] = []
  /** Those of a group whose changes did not fit together: each is a group of its own. */
  let single: Job[] = []
  let draining = false
  let drained = Promise.resolve()
  let closed = false
  let blocked = false

  function submit<T>(work: (sql: JobSql) => Promise<T>, foreseen = NOTHING): Promise<T> {
    if (closed) return Promise.reject(busy('closed'))
    if (waiting.length >= queueLimit) return Promise.reject(busy('queue_full'))
    return new Promise<T>((resolve, reject) => {
      const run = async (jobSql: JobSql) => {
        const value = await work(jobSql)
        return () => resolve(value)
      }
      waiting.push({ deadline: now() + deadlineMs, foreseen, run, reject })
      if (!draining) drained = drain()
    })
  }

  async function drain(): Promise<void> {
    draining = true
    try {
      // What has arrived by now, on other sockets, is looked at first: it belongs to the same group.
      await new Promise<void>((resolve) => void setImmediate(resolve))
      while (waiting.length + single.length > 0) {
        waiting = rejectLate(waiting)
        single = rejectLate(single)
        // The group is taken after BEGIN: what arrives while another process has the lock still joins it.
        if (waiting.length + single.length > 0 && (await begin())) await runGroup(take())
      }
    } finally {
      // In the same turn in which the queue was seen empty, so that a later job starts anew.
      draining = false
    }
  }

  function take(): Job[] {
    const next = single.shift()
    if (next !== undefined) return [next]
    const group = waiting
    waiting = []
    return group
  }

  function rejectLate(jobs: Job[]): Job[] {
    const time = now()
    for (const job of jobs) if (job.deadline <= time) job.reject(busy('deadline'))
    return jobs.filter((job) => job.deadline > time)
  }

  /** True in a transaction. False while another process holds the lock, or when all who wait have been rejected. */
  async function begin(): Promise<boolean> {
    try {
      await sql.run('BEGIN IMMEDIATE')
      blocked = false
      return true
    } catch (error) {
      if (error instanceof DatabaseError && error.code === 'SQLITE_BUSY') {
        if (!blocked) log.warn('db.blocked', { why: 'contended', waiting: waiting.length, error: String(error) })
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
      await pending.begin(group.map(({ foreseen }) => foreseen))
      for (const job of group) settle.push(await runJob(job))
      await pending.flush('group').catch(unfit)
      await sql.run('COMMIT')
    } catch (error) {
      if (error instanceof Unfit) await separate(group, error.cause)
      else await abandon(group, error)
      return
    }
    pending.endGroup(true)
    for (const tell of settle) tell()
    await committed?.()
  }

  /** Throws only when the transaction as a whole is lost, or what others have changed cannot be written down. */
  async function runJob(job: Job): Promise<() => void> {
    if (job.deadline <= now()) return () => job.reject(busy('deadline'))
    let savepoint = false
    /** Before a job's first statement others' changes are written down, so that it can be taken back by itself. */
    const settled = async () => {
      if (!savepoint) {
        await pending.flush('group').catch(unfit)
        await sql.run('SAVEPOINT job')
        savepoint = true
      }
      await pending.flush('job')
    }
    const gate = createGate()
    let tell: () => void
    try {
      tell = await job.run({
        alive: gate.alive,
        refuse: gate.refuse,
        peek: (text, bind) => gate.pass(() => sql.rows(text, bind)),
        rows: (text, bind) => gate.pass(() => settled().then(() => sql.rows(text, bind))),
        run: (text, bind) =>
          gate.pass(async () => {
            await settled()
            pending.changed(text)
            return sql.run(text, bind)
          }),
      })
      await gate.close()
      pending.endJob(true)
    } catch (error) {
      const failure: unknown = await gate.close().catch((first: unknown) => first)
      if (failure instanceof Unfit) throw failure
      if (savepoint) await sql.run('ROLLBACK TO SAVEPOINT job')
      pending.endJob(false)
      tell = () => job.reject(error)
    }
    if (savepoint) await sql.run('RELEASE SAVEPOINT job')
    return tell
  }

  /** Something of this group breaks a rule of the database. Each job by itself shows whose it is. */
  async function separate(group: readonly Job[], cause: unknown): Promise<void> {
    if (group.length === 1 || !isConstraint(cause)) return abandon(group, cause, isConstraint(cause))
    await sql.run('ROLLBACK').catch(() => undefined)
    pending.endJob(false)
    pending.endGroup(false)
    single.push(...group)
  }

  async function abandon(group: readonly Job[], cause: unknown, ownFault = false): Promise<void> {
    if (!ownFault) log.error('db.group_lost', { jobs: group.length, error: String(cause) })
    // Fails where SQLite has rolled back by itself. A handle left inside a transaction is caught at the next BEGIN.
    await sql.run('ROLLBACK').catch(() => undefined)
    pending.endJob(false)
    pending.endGroup(false)
    for (const job of group) job.reject(ownFault ? cause : busy('not_committed', cause))
  }

  return {
    submit,
    size: () => waiting.length + single.length,
    working: () => draining,
    async close() {
      closed = true
      await drained
    },
  }
}

/** What a group has changed could not be written down. */
class Unfit extends Error {}

function unfit(cause: unknown): never {
  throw new Unfit('What a group changed could not be written down.', { cause })
}

function isConstraint(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === 'SQLITE_CONSTRAINT'
}

function busy(why: string, cause?: unknown): AppError {
  return new AppError('busy', { details: { why }, ...(cause === undefined ? {} : { cause }) })
}
