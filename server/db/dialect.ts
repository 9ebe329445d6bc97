// The few words in which databases differ. Everything else in this folder is SQL that all of them read alike.

export interface Dialect {
  /** Column type: at most `length` ASCII characters, equal only when every byte is. */
  ascii(length: number): string
  /** Column type: any Unicode text, and JSON. */
  readonly text: string
  /** Column type: an integer of 53 bits, such as epoch milliseconds. */
  readonly bigint: string
  /** Column definition: a primary key that counts up by itself. */
  readonly serialKey: string
  /** What follows the column list of CREATE TABLE. */
  readonly tableOptions: string
  /** Whether CREATE TABLE and its like are rolled back with their transaction; else each of them commits at once. */
  readonly transactionalDdl: boolean
  /** Query: one row if the table `$name` exists. */
  readonly tableNamed: string
  /** Query: one row, once nobody else is migrating this database; null where nobody else can. */
  readonly lockMigrations: string | null
  /** Query that gives the lock back; null where it ends with the transaction. */
  readonly unlockMigrations: string | null
  /** Query: holds the account `$id` until the end of the transaction; null where writers take turns anyway. */
  readonly lockAccount: string | null
  /** Ends a query whose rows nobody else may change until the end of the transaction; empty where writers take turns anyway. */
  readonly forUpdate: string
  /** Query: what time it is at the server, epoch milliseconds as `now`; null where there is no other clock. */
  readonly timeNow: string | null
  /** Whether one statement may change several tables (WITH … UPDATE …). */
  readonly writesInWith: boolean
  /**
   * INSERT of the columns' binds that touches no row where `unique` (null: any unique key) is taken. It waits for a
   * transaction that has just taken the key, and answers once that has ended.
   */
  insertIgnore(table: string, columns: readonly string[], unique: readonly string[] | null): string
  /** CREATE INDEX for `named`. */
  readonly nicknameIndex: string
  /** Condition: the account's nickname is at least `$from` and less than `$to`, in the order of its characters. */
  readonly named: string
  /** Condition: `column` is among the strings of the JSON array in `bind`. One bind, whatever their number. */
  among(column: string, bind: string): string
}

/** INSERT of one row whose binds are called like its columns. */
export function insertInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `$${name}`).join(', ')})`
}

const onConflictDoNothing: Dialect['insertIgnore'] = (table, columns, unique) =>
  `${insertInto(table, columns)} ON CONFLICT ${unique ? `(${unique.join(', ')}) ` : ''}DO NOTHING`

/** STRICT: a value of another type is refused instead of stored. Text is compared byte by byte by default. */
export const sqliteDialect: Dialect = {
  ascii: () => 'TEXT',
  text: 'TEXT',
  bigint: 'INTEGER',
  serialKey: 'INTEGER PRIMARY KEY',
  tableOptions: 'STRICT',
  transactionalDdl: true,
  tableNamed: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $name",
  lockMigrations: null,
  unlockMigrations: null,
  lockAccount: null,
  forUpdate: '',
  timeNow: null,
  writesInWith: false,
  insertIgnore: onConflictDoNothing,
  nicknameIndex: 'CREATE INDEX accounts_nickname ON accounts (nickname)',
  named: 'nickname >= $from AND nickname < $to',
  among: (column, bind) => `${column} IN (SELECT value FROM json_each($${bind}))`,
}

/** Text is compared byte by byte under the collation "C", whatever the database's own. */
export const postgresDialect: Dialect = {
  ascii: (length) => `VARCHAR(${length}) COLLATE "C"`,
  text: 'TEXT',
  bigint: 'BIGINT',
  serialKey: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  tableOptions: '',
  transactionalDdl: true,
  tableNamed: 'SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $name',
  // Any number will do, if it is always the same: this one says "saoma".
  lockMigrations: 'SELECT pg_advisory_xact_lock(495555931489)',
  unlockMigrations: null,
  lockAccount: 'SELECT id FROM accounts WHERE id = $id FOR UPDATE',
  forUpdate: ' FOR UPDATE',
  timeNow: 'SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint) AS now',
  writesInWith: true,
  insertIgnore: onConflictDoNothing,
  // Of a name's beginning alone: a row of an index holds 2.7 kB.
  nicknameIndex: 'CREATE INDEX accounts_nickname ON accounts ((LEFT(nickname, 32) COLLATE "C"))',
  named: 'LEFT(nickname, 32) COLLATE "C" >= $from AND LEFT(nickname, 32) COLLATE "C" < $to',
  among: (column, bind) => `${column} = ANY(ARRAY(SELECT json_array_elements_text(CAST($${bind} AS json))))`,
}

/**
 * Identifiers are VARBINARY: `ascii_bin` still takes 'a' and 'a ' for one, and MySQL knows no ASCII collation that does
 * not. INSERT IGNORE would also swallow values that are too long and accounts that are not there; the no-op update
 * touches no row, and counts none as long as the connection counts changed rows only.
 */
export const mariadbDialect: Dialect = {
  ascii: (length) => `VARBINARY(${length})`,
  text: 'MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  bigint: 'BIGINT',
  serialKey: 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY',
  tableOptions: 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  transactionalDdl: false,
  tableNamed: 'SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = $name',
  lockMigrations:
    "SELECT 1 FROM (SELECT GET_LOCK(CONCAT('saoma:', MD5(DATABASE())), 600) AS held) AS lock_of WHERE held = 1",
  unlockMigrations: "SELECT RELEASE_LOCK(CONCAT('saoma:', MD5(DATABASE())))",
  lockAccount: 'SELECT id FROM accounts WHERE id = $id FOR UPDATE',
  forUpdate: ' FOR UPDATE',
  // Not UNIX_TIMESTAMP: it reads a local time, and in the hour that comes twice when summer ends it is an hour off.
  timeNow: "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000 AS now",
  writesInWith: false,
  insertIgnore: (table, columns) =>
    `${insertInto(table, columns)} ON DUPLICATE KEY UPDATE ${columns[0]} = ${table}.${columns[0]}`,
  nicknameIndex: 'CREATE INDEX accounts_nickname ON accounts (nickname(32))',
  named: 'nickname >= $from AND nickname < $to',
  among: (column, bind) =>
    `${column} IN (SELECT value FROM JSON_TABLE($${bind}, '$[*]' COLUMNS (value VARCHAR(128) PATH '$')) AS many)`,
}
