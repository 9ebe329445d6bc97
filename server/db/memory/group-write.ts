// How a group's rows are written down: one statement, whatever their number and whichever tables they belong to. The
// writer's handle has a view of its own for that, whose trigger does what would otherwise be a statement a table.
import type { Bind, Sql } from '../sql.js'
import type { Dirty } from './layers.js'

/** One table's part of the statement. */
export interface Table<V> {
  readonly name: string
  readonly columns: readonly string[]
  /** Columns by which a row that is there already is found; null: rows are only ever added. */
  readonly key: readonly string[] | null
  /** The columns' values by name; every row has the same columns. */
  readonly toRow: (value: V) => Bind
}

/** What is to be written, and how. */
export interface Part {
  readonly table: Pick<Table<unknown>, 'name' | 'columns' | 'key'>
  /** True when there is nothing. */
  readonly empty: boolean
  /** The rows that must be new, and those that need not be, each as JSON: lists of the columns' values. */
  readonly added: string
  readonly changed: string
}

export interface GroupWrite {
  /** Writes these down, one a table, in the order of the tables. @throws DatabaseError: then nothing of them is */
  write(parts: readonly Part[]): Promise<void>
  /** Something was rolled back; the view may have been part of it. */
  rolledBack(): void
}

const NO_ROWS = '[]'

export function partOf<V>(table: Table<V>, { added, changed }: Dirty<V>): Part {
  return {
    table,
    empty: added.length + changed.length === 0,
    added: jsonOf(table, added),
    changed: jsonOf(table, changed),
  }
}

function jsonOf<V>({ columns, toRow }: Table<V>, values: readonly V[]): string {
  if (values.length === 0) return NO_ROWS
  return JSON.stringify(
    values.map((value) => {
      const row = toRow(value)
      return columns.map((column) => row[column] ?? null)
    }),
  )
}

/**
 * @param sql the writer's handle
 * @param tables whom a foreign key names comes first
 */
export function createGroupWrite(sql: Sql, tables: readonly Part['table'][]): GroupWrite {
  const lists = tables.flatMap(({ name }) => [`${name}_added`, `${name}_changed`])
  const insert = `INSERT INTO temp.group_write VALUES (${lists.map((list) => `$${list}`).join(', ')})`
  // Not before it is needed: the tables must have been made.
  let prepared = false

  async function prepare(): Promise<void> {
    await sql.run(
      `CREATE TEMP VIEW IF NOT EXISTS group_write AS SELECT ${lists.map((list) => `'' AS ${list}`).join(', ')}`,
    )
    await sql.run(`CREATE TEMP TRIGGER IF NOT EXISTS group_written INSTEAD OF INSERT ON group_write BEGIN
      ${tables.map(statementsOf).join('\n')} END`)
  }

  return {
    async write(parts) {
      if (parts.every(({ empty }) => empty)) return
      if (!prepared) await prepare()
      prepared = true
      const bind: Record<string, string> = {}
      for (const { table, added, changed } of parts) {
        bind[`${table.name}_added`] = added
        bind[`${table.name}_changed`] = changed
      }
      await sql.run(insert, bind)
    },
    rolledBack() {
      prepared = false
    },
  }
}

function statementsOf({ name, columns, key }: Part['table']): string {
  const values = columns.map((_, index) => `value ->> ${index}`).join(', ')
  const from = (list: string) =>
    `INSERT INTO ${name} (${columns.join(', ')}) SELECT ${values} FROM json_each(NEW.${name}_${list}) WHERE true`
  const others = columns.filter((column) => !key?.includes(column)).map((column) => `${column} = excluded.${column}`)
  const upsert = key === null ? '' : ` ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${others.join(', ')}`
  return `${from('added')}; ${from('changed')}${upsert};`
}
