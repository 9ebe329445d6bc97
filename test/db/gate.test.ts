import { expect, test } from 'vitest'
import { createGate, gated } from '#server/db/gate.js'
import { DatabaseError, type Sql } from '#server/db/sql.js'

/** A connection whose statements finish when told to, in whatever order. */
function slowSql() {
  const started: string[] = []
  const finish = new Map<string, (error?: Error) => void>()
  const run = (text: string) =>
    new Promise<number>((resolve, reject) => {
      started.push(text)
      finish.set(text, (error) => (error ? reject(error) : resolve(1)))
    })
  const sql: Sql = {
    run,
    async rows(text) {
      await run(text)
      return []
    },
  }
  return { sql, started, finish: (text: string, error?: Error) => finish.get(text)?.(error) }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a statement starts only when the one before it is done', async () => {
  const { sql, started, finish } = slowSql()
  const gate = createGate()
  const through = gated(gate, sql)
  const both = Promise.all([through.run('first'), through.rows('second')])
  await turn()
  expect(started).toEqual(['first'])
  finish('first')
  await turn()
  expect(started).toEqual(['first', 'second'])
  finish('second')
  expect(await both).toEqual([1, []])
})

test('after a failed statement no other reaches the database, and closing says why', async () => {
  const { sql, started, finish } = slowSql()
  const gate = createGate()
  const through = gated(gate, sql)
  const failure = new DatabaseError('SQLITE_FULL', 'SQLITE_FULL: database or disk is full')
  const outcomes = Promise.allSettled([through.run('first'), through.run('second')])
  await turn()
  finish('first', failure)
  expect(await outcomes).toEqual([
    { status: 'rejected', reason: failure },
    { status: 'rejected', reason: failure },
  ])
  await expect(through.run('third')).rejects.toBe(failure)
  expect(started).toEqual(['first'])
  await expect(gate.close()).rejects.toBe(failure)
})

test('closing waits for what is under way and lets nothing more pass', async () => {
  const { sql, started, finish } = slowSql()
  const gate = createGate()
  const through = gated(gate, sql)
  const first = through.run('first')
  await turn()
  let closed = false
  const closing = gate.close().then(() => {
    closed = true
  })
  await expect(through.run('late')).rejects.toThrow('This transaction is over')
  expect(closed).toBe(false)
  finish('first')
  await Promise.all([first, closing])
  expect(started).toEqual(['first'])
})
