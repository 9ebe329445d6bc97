// Migrations on databases whose CREATE, ALTER and their like commit at once. A note in the log tells how far one has come,
// so that the next start goes on from there.
import { insertInto } from './dialect.js'
import { readRow } from './rows.js'
import { mayRetry } from './server-errors.js'
import { DatabaseError, firstRow, type Sql } from './sql.js'

/** Everything up to this statement is done. `begun`: the statement itself may be; `refused`: it is not. */
interface Note {
  readonly state: 'begun' | 'refused'
  readonly statement: number
}

const NOTE = / \((begun|refused) (\d+)\)$/

/** Whether this line of the log is a note about a migration that is half done. */
export function isNote(line: string): boolean {
  return NOTE.test(line)
}

/**
 * Runs a migration from where an earlier start left it: statements that are done are passed over, counted as `up` gives
 * them. What changes rows commits together with the note behind it, and so happens once.
 * Runs on a connection that is for this alone, in a transaction to be committed whatever is answered.
 * @param log the table that has a line, in its one column `name`, for each migration that ran
 * @returns null when done, else the error with which the database refused a statement
 */
export async function resumably(
  sql: Sql,
  name: string,
  log: string,
  up: (counted: Sql) => Promise<void>,
): Promise<unknown> {
  // What commits at once also ends the transaction: from there on each statement would be one of its own.
  await sql.run('SET autocommit = 0')
  const found = await firstRow(sql, `SELECT name FROM ${log} WHERE name LIKE $notes`, { notes: `${name} (%` })
  const start = found === null ? null : readNote(readRow(log, found).text('name'))
  const line = ({ state, statement }: Note) => `${name} (${state} ${statement})`
  let noted: Note = { state: 'begun', statement: start?.statement ?? 0 }
  if (start === null) await sql.run(insertInto(log, ['name']), { name: line(noted) })
  else await sql.run(`UPDATE ${log} SET name = $to WHERE name = $from`, { from: line(start), to: line(noted) })

  async function note(next: Note): Promise<void> {
    await sql.run(`UPDATE ${log} SET name = $to WHERE name = $from`, { from: line(noted), to: line(next) })
    noted = next
  }

  let given = 0
  const counted: Sql = {
    rows: sql.rows,
    async run(text, bind) {
      const statement = given++
      if (statement < noted.statement) return 0
      const doubtful = start?.state === 'begun' && statement === start.statement
      try {
        const changed = await sql.run(text, bind).catch((error: unknown) => {
          if (doubtful && isDone(text, error)) return 0
          throw error
        })
        await note({ state: 'begun', statement: statement + 1 })
        return changed
      } catch (error) {
        if (error instanceof DatabaseError && !mayRetry(error)) await note({ state: 'refused', statement })
        throw error
      }
    },
  }
  try {
    await up(counted)
  } catch (error) {
    if (noted.state === 'refused') return error
    throw error
  }
  await sql.run(`DELETE FROM ${log} WHERE name = $name`, { name: line(noted) })
  return null
}

function readNote(line: string): Note {
  const [, state, statement] = NOTE.exec(line) ?? []
  return { state: state === 'refused' ? 'refused' : 'begun', statement: Number(statement) }
}

/** What MariaDB says of a change that has been made already. */
const DONE_ALREADY = new Set([
  'ER_TABLE_EXISTS_ERROR',
  'ER_DUP_FIELDNAME',
  'ER_DUP_KEYNAME',
  'ER_BAD_FIELD_ERROR',
  'ER_CANT_DROP_FIELD_OR_KEY',
  'ER_BAD_TABLE_ERROR',
  'ER_NO_SUCH_TABLE',
])

function isDone(text: string, error: unknown): boolean {
  return (
    /^\s*(CREATE|ALTER|DROP|RENAME)\b/i.test(text) && error instanceof DatabaseError && DONE_ALREADY.has(error.code)
  )
}
