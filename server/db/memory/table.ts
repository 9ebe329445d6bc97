// How rows of one SQL table are written down, many at once: one statement, whatever their number.
import type { Bind, Sql } from '../sql.js'

export interface Table<V> {
  readonly name: string
  /** Writes these down, new ones and changed ones. @throws DatabaseError */
  write(sql: Sql, values: readonly V[]): Promise<void>
}

/**
 * @param key columns by which a row that is there already is found; null: rows are only ever added
 * @param toRow the columns' values by name; every row has the same columns
 */
export function createTable<V>(
  name: string,
  columns: readonly string[],
  key: readonly string[] | null,
  toRow: (value: V) => Bind,
): Table<V> {
  const values = columns.map((_, index) => `value ->> ${index}`)
  const changed = columns.filter((column) => !key?.includes(column)).map((column) => `${column} = excluded.${column}`)
  const conflict = key === null ? '' : ` ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changed.join(', ')}`
  const text = `INSERT INTO ${name} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM json_each($rows) WHERE true${conflict}`
  return {
    name,
    async write(sql, rows) {
      if (rows.length === 0) return
      const lists = rows.map((value) => {
        const row = toRow(value)
        return columns.map((column) => row[column] ?? null)
      })
      await sql.run(text, { rows: JSON.stringify(lists) })
    },
  }
}
