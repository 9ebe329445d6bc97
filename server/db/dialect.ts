// The few words in which databases differ. Everything else in this folder is SQL that all of them read alike.

export interface Dialect {
  /** Column type: at most `length` ASCII characters, equal only when every byte is. */
  ascii(length: number): string
  /** Column type: any Unicode text, and JSON. */
  readonly text: string
  /** Column type: an integer of 53 bits, such as epoch milliseconds. */
  readonly bigint: string
  /** What follows the column list of CREATE TABLE. */
  readonly tableOptions: string
  /** INSERT of the columns' binds that touches no row where `unique` (null: any unique key) is taken. */
  insertIgnore(table: string, columns: readonly string[], unique: readonly string[] | null): string
  /** Condition: `column` is among the strings of the JSON array in `bind`. One bind, whatever their number. */
  among(column: string, bind: string): string
}

/** INSERT of one row whose binds are called like its columns. */
export function insertInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `$${name}`).join(', ')})`
}

/** STRICT: a value of another type is refused instead of stored. Text is compared byte by byte by default. */
export const sqliteDialect: Dialect = {
  ascii: () => 'TEXT',
  text: 'TEXT',
  bigint: 'INTEGER',
  tableOptions: 'STRICT',
  insertIgnore: (table, columns, unique) =>
    `${insertInto(table, columns)} ON CONFLICT ${unique ? `(${unique.join(', ')}) ` : ''}DO NOTHING`,
  among: (column, bind) => `${column} IN (SELECT value FROM json_each($${bind}))`,
}
