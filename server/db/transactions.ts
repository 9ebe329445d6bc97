// Transactions on a server with many writers: a bounded queue in front of the pool, and each one tried again as a whole
// where the database gave it up in favour of another. The one file in which `sequelize.transaction` is called.
import { AppError } from '#server/core/errors.js'
import type { Log } from '#server/core/ports.js'
import { createGate, gated } from './gate.js'
import type { Run } from './migrate.js'
import { mayRetry, unavailable, waitedForLock } from './server-errors.js'
import { REQUEST_LIMITS, type ServerPool } from './server-pool.js'
import { DatabaseError, NO_ANSWER, type Sql } from './sql.js'
import type { Queue } from './writer.js'

/** Two fewer than the pool has connections, so that those who only read never wait behind those who wait for locks. */
const AT_ONCE = 8
const RETRIES = 5
const STEP_MS = 10

export interface TransactionsOptions {
  readonly pool: ServerPool
  /** Monotonic milliseconds: a wall clock that is set must not make a deadline sooner or later. */
  readonly now: () => number
  readonly log: Log
  /** How many jobs may wait. */
  readonly queueLimit: number
  /** How long a job may wait before it starts, and until when it may start anew. */
  readonly deadlineMs: number
  /** From 0 to 1. */
  readonly random: () => number
  readonly sleep: (ms: number) => Promise<unknown>
}

interface Job {
  readonly deadline: number
  run(): Promise<void>
  reject(error: unknown): void
}

/**
 * A queue over a pool: its jobs run beside each other, READ COMMITTED, and settle once COMMIT has succeeded.
 * @throws AppError `busy` besides when the database cannot be reached, is too slow, or gave a job up time and again; and
 *   `not_committed` when the answer to COMMIT was an error or none, so that nobody knows the outcome.
 */
export function createTransactions(options: TransactionsOptions): Queue {
  const { pool, now, log, queueLimit, deadlineMs, random, sleep } = options
  const waiting: Job[] = []
  const running = new Set<Promise<void>>()
  let closed = false
  let troubled = false

  function submit<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(busy('closed'))
    if (waiting.length >= queueLimit) return Promise.reject(busy('queue_full'))
    return new Promise<T>((resolve, reject) => {
      const deadline = now() + deadlineMs
      waiting.push({ deadline, reject, run: () => untilCommitted(work, deadline).then(resolve, reject) })
      startNext()
    })
  }

  function startNext(): void {
    while (running.size < AT_ONCE) {
      const job = waiting.shift()
      if (job === undefined) return
      if (job.deadline <= now()) {
        job.reject(busy('deadline'))
        continue
      }
      const run = job.run().finally(() => {
        running.delete(run)
        startNext()
      })
      running.add(run)
    }
  }

  async function untilCommitted<T>(work: (sql: Sql) => Promise<T>, deadline: number): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const value = await inTransaction(pool, work)
        troubled = false
        return value
      } catch (error) {
        const needs = waitedForLock(error) ? (REQUEST_LIMITS.lockMs ?? 0) : 0
        if (mayRetry(error) && attempt <= RETRIES && now() + needs < deadline) {
          await sleep(random() * STEP_MS * 2 ** attempt)
          continue
        }
        const why = unavailable(error)
        if (why === null) throw error
        if (!troubled) log.warn('db.blocked', { why, waiting: waiting.length, error: String(error) })
        troubled = true
        throw busy(why, error)
      }
    }
  }

  return {
    submit,
    size: () => waiting.length,
    async close() {
      closed = true
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/** Runs `work` once, on a connection of its own, without a queue, a second try or a watch over its statements. */
export function patiently(pool: ServerPool): Run {
  return (work) => pool.sequelize.transaction((transaction) => work(pool.sql(transaction)))
}

async function inTransaction<T>(pool: ServerPool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const progress = { begun: false, worked: false }
  const silence = createSilence(REQUEST_LIMITS.answerMs ?? 0)
  const whole = pool.sequelize.transaction(async (transaction) => {
    progress.begun = true
    silence.end()
    try {
      const value = await watched(pool.sql(transaction), work)
      progress.worked = true
      return value
    } catch (error) {
      if (error instanceof DatabaseError && error.code === NO_ANSWER) silence.believe(error)
      throw error
    } finally {
      silence.begin()
    }
  })
  try {
    // What the database is asked besides (to begin, to commit, to roll back) may stay without an answer, too.
    return await Promise.race([whole, silence.believed])
  } catch (error) {
    if (progress.begun && !progress.worked) throw error
    const cause = error instanceof DatabaseError ? error : pool.describe(error, false)
    throw progress.worked ? busy('not_committed', cause) : cause
  } finally {
    silence.end()
    whole.catch(() => undefined)
  }
}

/** Gives a transaction up that the database does not answer. The connection ends by limits of its own. */
function createSilence(ms: number) {
  let believe: (error: DatabaseError) => void = () => undefined
  const believed = new Promise<never>((_, reject) => {
    believe = reject
  })
  believed.catch(() => undefined)
  let timer: NodeJS.Timeout | undefined
  const begin = () => {
    clearTimeout(timer)
    timer = setTimeout(() => believe(new DatabaseError(NO_ANSWER, 'the database did not answer in time')), ms)
  }
  begin()
  return { believed, believe: (error: DatabaseError) => believe(error), begin, end: () => clearTimeout(timer) }
}

/** The work's value, if none of its statements failed. A failure that asks for another try is not hidden by its results. */
async function watched<T>(sql: Sql, work: (sql: Sql) => Promise<T>): Promise<T> {
  const gate = createGate()
  let value: T
  try {
    value = await work(gated(gate, sql))
  } catch (error) {
    const failure: unknown = await gate.close().catch((first: unknown) => first)
    throw mayRetry(failure) ? failure : error
  }
  await gate.close()
  return value
}

function busy(why: string, cause?: unknown): AppError {
  return new AppError('busy', { details: { why }, ...(cause === undefined ? {} : { cause }) })
}
