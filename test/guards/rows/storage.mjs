// What the database must hold up: the conditional statements of R2, R3 and R4.
const TICKETS = 'server/db/tickets.ts'
const WRITER = 'server/db/writer.ts'
const MEMORY_TICKETS = 'server/db/memory/tickets.ts'
const MODEL_TEST = 'test/db/memory/model.test.ts'
const OWNER_TEST = 'test/db/memory/owner.test.ts'
// SQLite works this out in memory; on the others these are statements.
const STATEMENTS_TEST = 'test/contract/postgres.test.ts'
const CONTRACT_TEST = 'test/contract/sqlite.test.ts'

export const storage = [
  {
    bar: 'R2',
    guard: 'a move is one conditional statement: its status',
    remove: [
      [
        TICKETS,
        "const parts = [`status IN (${statuses.map(([name]) => `$${name}`).join(', ')})`]",
        "const parts = [`(1 = 1 OR status IN (${statuses.map(([name]) => `$${name}`).join(', ')}))`]",
      ],
    ],
    test: STATEMENTS_TEST,
    name: 'of fifty racers for one move exactly one gets the record',
  },
  {
    bar: 'R2',
    guard: 'the number of rows it touched decides who won',
    remove: [[TICKETS, 'return moved === 1 ? reads.find(id) : null', 'return moved >= 0 ? reads.find(id) : null']],
    test: STATEMENTS_TEST,
    name: 'of fifty racers for one move exactly one gets the record',
  },
  {
    bar: 'R2',
    guard: 'a move looks at the version that was read',
    remove: [[TICKETS, "also('version =', 'guard_version', guard.version)", '']],
    test: STATEMENTS_TEST,
    name: 'the store contract on',
  },
  {
    bar: 'R2',
    guard: 'a move looks at the time',
    remove: [[TICKETS, "also('expires_at >', 'guard_alive_at', guard.aliveAt)", '']],
    test: STATEMENTS_TEST,
    name: 'the store contract on',
  },
  {
    bar: 'R2',
    guard: 'a move looks at the phone',
    remove: [
      [
        TICKETS,
        "if (guard.phoneHash === null) parts.push('phone_hash IS NULL')\n  else also('phone_hash =', 'guard_phone_hash', guard.phoneHash)",
        '',
      ],
    ],
    test: STATEMENTS_TEST,
    name: 'the store contract on',
  },
  {
    bar: 'R2',
    guard: 'of many who end one session one did',
    remove: [
      ['server/db/sessions.ts', "WHERE id = $id AND ended_at IS NULL', { id, at })", "WHERE id = $id', { id, at })"],
    ],
    test: STATEMENTS_TEST,
    name: 'of fifty who end one session exactly one gets the record',
  },
  {
    bar: 'R3',
    guard: 'of many arrivals of one code one is claimed',
    remove: [
      [
        'server/db/callbacks.ts',
        'return (await sql.run(insert, callbackRow(record))) === 1',
        'return (await sql.run(insert, callbackRow(record))) < 2',
      ],
    ],
    test: 'test/races/races.test.ts',
    name: 'each code reaches WeChat once, both visitors see the same',
  },
  {
    bar: 'R3',
    guard: 'of many deliveries of one push one is the first',
    remove: [['server/db/pushes.ts', ' === 1', ' < 2']],
    test: STATEMENTS_TEST,
    name: 'of fifty deliveries at the same time exactly one is the first',
  },
  {
    bar: 'R4',
    guard: 'a throw rolls back everything that was written',
    remove: [[WRITER, "if (savepoint) await sql.run('ROLLBACK TO SAVEPOINT job')", '']],
    test: OWNER_TEST,
    name: 'a transaction that is taken back leaves nothing in memory',
  },
  {
    bar: 'R4',
    guard: 'a statement that failed takes its transaction along, even when the error is caught',
    remove: [
      [
        WRITER,
        '      await gate.close()\n      pending.endJob(true)',
        '      await gate.close().catch(() => undefined)\n      pending.endJob(true)',
      ],
    ],
    test: CONTRACT_TEST,
    name: 'a statement that fails rolls its transaction back even when the error is caught',
  },
  {
    bar: 'R4',
    guard: 'one process owns the file',
    remove: [['server/db/file-lock.ts', "handle.exec('BEGIN EXCLUSIVE', (error)", "handle.exec('BEGIN', (error)"]],
    test: 'test/db/file.test.ts',
    name: 'two processes: the second is refused',
  },
  {
    bar: 'R4',
    guard: 'a redeem and its session are one commit',
    remove: [
      [
        'server/core/login/redeem.ts',
        '  const { redemption, moved, ended } = await',
        "  const mine = await context.store.write((tx) => tx.tickets.move(claims.id, { status: ['confirmed'] }, { status: 'redeemed', attemptHash, redeemedAt: context.clock() }))\n  const { redemption, moved, ended } = await",
      ],
      [
        'server/core/login/redeem.ts',
        "if (record.status === 'redeemed') {",
        "if (record.status === 'redeemed' && !mine) {",
      ],
      ['server/core/login/redeem.ts', "record.status !== 'confirmed' || record.accountId", 'record.accountId'],
      [
        'server/core/login/redeem.ts',
        "const guard = { status: ['confirmed'],",
        "const guard = { status: ['redeemed'],",
      ],
    ],
    test: 'test/faults/kill.sqlite.test.ts',
    name: 'nothing is orphaned, what was confirmed is not lost, the page ends within 5 s',
    each: 'website `kill -9` before commit of session',
  },
  {
    bar: 'R2',
    guard: 'in memory too a move looks at the status',
    remove: [[MEMORY_TICKETS, 'status.includes(record.status) &&', '']],
    test: CONTRACT_TEST,
    name: 'of fifty racers for one move exactly one gets the record',
  },
  {
    bar: 'R2',
    guard: 'in memory too a move looks at the version',
    remove: [
      [MEMORY_TICKETS, '(version === undefined || record.version === version)', 'record.version > version - 1e9'],
    ],
    test: MODEL_TEST,
    name: 'random transactions, alone and in groups',
  },
  {
    bar: 'R2',
    guard: 'in memory too a move looks at the time',
    remove: [[MEMORY_TICKETS, '(aliveAt === undefined || record.expiresAt > aliveAt) &&', '']],
    test: CONTRACT_TEST,
    name: 'the store contract on',
  },
  {
    bar: 'R2',
    guard: 'in memory too a move looks at the phone',
    remove: [[MEMORY_TICKETS, '(phoneHash === undefined || record.phoneHash === phoneHash) &&', '']],
    test: CONTRACT_TEST,
    name: 'the store contract on',
  },
  {
    bar: 'R4',
    guard: 'what is made under a new id is inserted, and never put in the place of what has it',
    remove: [
      [
        'server/db/memory/people.ts',
        'accounts.add(record.id, stored(record))',
        'accounts.put(record.id, stored(record))',
      ],
    ],
    test: OWNER_TEST,
    name: 'an account id that chance makes twice fails by itself',
  },
  {
    bar: 'R4',
    guard: 'what a rollback took with it is made again before a group is written',
    remove: [
      ['server/db/memory/workspace.ts', 'if (!committed) groupWrite.rolledBack()', ''],
      ['server/db/memory/workspace.ts', 'if (!kept) groupWrite.rolledBack()', ''],
    ],
    test: OWNER_TEST,
    name: 'groups are written as before when the very first one was rolled back',
  },
  {
    bar: 'R4',
    guard: 'what a transaction that is taken back has changed is forgotten',
    remove: [['server/db/memory/layers.ts', '    if (kept) {', '    if (kept !== null) {']],
    test: OWNER_TEST,
    name: 'a transaction that is taken back leaves nothing in memory',
  },
  {
    bar: 'R4',
    guard: 'what another process has written is not remembered otherwise',
    remove: [
      [
        'server/db/memory/guests.ts',
        'if (version !== null && current !== version) forget()',
        'if (version === 0) forget()',
      ],
    ],
    test: OWNER_TEST,
    name: 'what another process writes is what the next transaction finds',
  },
  {
    bar: 'R4',
    guard: 'one transaction that breaks a rule takes nobody along',
    remove: [
      [WRITER, 'if (group.length === 1 || !isConstraint(cause))', 'if (group.length > 0 || !isConstraint(cause))'],
    ],
    test: OWNER_TEST,
    name: 'a transaction whose rows break a rule fails by itself',
  },
  {
    bar: 'S3',
    guard: 'an ended session is forgotten',
    remove: [['server/db/memory/workspace.ts', '    sessions: [sessions],\n', '']],
    test: OWNER_TEST,
    name: 'an ended session is ended for whoever remembers it living',
  },
]
