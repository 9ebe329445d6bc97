// What the database's queues must hold up: R9, when it is busy.
const WRITER = 'server/db/writer.ts'
const WRITER_TEST = 'test/db/writer.test.ts'

const busy = [
  {
    guard: 'the queue is bounded',
    remove: [[WRITER, "if (waiting.length >= queueLimit) return Promise.reject(busy('queue_full'))", '']],
    test: WRITER_TEST,
    name: 'a full queue refuses at once as busy and keeps what it has',
  },
  {
    guard: 'whoever waited too long hears so',
    remove: [
      [
        WRITER,
        "for (const job of jobs) if (job.deadline <= time) job.reject(busy('deadline'))",
        'for (const job of jobs) if (job.deadline < 0) job.reject(time)',
      ],
      [WRITER, 'return jobs.filter((job) => job.deadline > time)', 'return jobs'],
    ],
    test: WRITER_TEST,
    name: 'somebody else keeps the lock: busy at the deadline',
  },
  {
    guard: 'a failed commit leaves no transaction behind',
    remove: [
      [
        WRITER,
        "await sql.run('ROLLBACK').catch(() => undefined)\n    pending.endJob(false)\n    pending.endGroup(false)\n    for",
        'for',
      ],
    ],
    test: WRITER_TEST,
    name: 'a failed commit rejects its whole group as busy, and the next group works',
  },
  {
    guard: 'on a server what waits is bounded too',
    remove: [
      ['server/db/transactions.ts', "if (waiting.length >= queueLimit) return Promise.reject(busy('queue_full'))", ''],
    ],
    test: 'test/db/server.test.ts',
    name: 'what waits is bounded, and what was accepted is finished before the end',
  },
  {
    guard: 'no connection in time is no fault of ours',
    remove: [
      ['server/db/server-errors.ts', 'if (error instanceof ConnectionAcquireTimeoutError) {', 'if (error === null) {'],
      ['server/db/server-errors.ts', 'error instanceof ConnectionError || ', ''],
    ],
    test: 'test/db/server-away.test.ts',
    name: 'a read is busy, and so is a transaction that cannot begin',
  },
  {
    guard: 'a COMMIT without an answer is no success, and is not tried again',
    remove: [
      ['server/db/transactions.ts', "throw progress.worked ? busy('not_committed', cause) : cause", 'throw cause'],
    ],
    test: 'test/db/server.test.ts',
    name: 'a COMMIT without an answer is busy, not a success, and not tried again',
  },
  {
    bar: 'R16',
    guard: 'the log of a file that is owned is moved into it, since no commit does that any more',
    remove: [['server/db/sqlite-store.ts', 'committed: checkpoints.committed', '']],
    test: 'test/db/checkpoints.test.ts',
    name: 'the store that owns a file makes them',
  },
  {
    bar: 'R16',
    guard: 'a log that has become long is begun anew',
    remove: [['server/db/checkpoints.ts', 'if (length > bound) return beginAnew()', '']],
    test: 'test/db/checkpoints.test.ts',
    name: 'under a steady load the log is moved into the file, and is begun anew',
  },
  {
    bar: 'R16',
    guard: 'whoever reads for long is waited for more and more seldom',
    remove: [['server/db/checkpoints.ts', '? longestPages : 2 * length', '? longestPages : longestPages']],
    test: 'test/db/checkpoints.test.ts',
    name: 'somebody who reads for long holds up hardly anybody',
  },
]

export const busyDatabase = busy.map((row) => ({ bar: 'R9', ...row }))
