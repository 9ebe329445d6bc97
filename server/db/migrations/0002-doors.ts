// What the other doors need: the code that WeChat made for a ticket and who speaks about it, the app a session came
// through, pushes that have been worked on, and secrets that WeChat lends to all nodes.
import type { Dialect } from '../dialect.js'
import type { Migration } from '../migrate.js'

export const doors: Migration = {
  name: '0002-doors',
  async up(sql, dialect) {
    for (const statement of statements(dialect)) await sql.run(statement)
  },
}

function statements({ ascii, text, bigint, tableOptions }: Dialect): string[] {
  return [
    `ALTER TABLE tickets ADD COLUMN code ${text}`,
    `ALTER TABLE tickets ADD COLUMN lease_holder ${ascii(40)}`,
    `ALTER TABLE tickets ADD COLUMN lease_until ${bigint}`,
    'CREATE INDEX tickets_lease ON tickets (method, status, lease_until)',
    'CREATE INDEX tickets_lease_holder ON tickets (lease_holder)',

    `ALTER TABLE sessions ADD COLUMN app_key ${ascii(64)}`,

    `CREATE TABLE pushes (
      id ${ascii(64)} NOT NULL PRIMARY KEY,
      received_at ${bigint} NOT NULL
    ) ${tableOptions}`,
    'CREATE INDEX pushes_received ON pushes (received_at)',

    `CREATE TABLE vault (
      name ${ascii(128)} NOT NULL PRIMARY KEY,
      sealed ${text} NOT NULL,
      expires_at ${bigint} NOT NULL
    ) ${tableOptions}`,
    'CREATE INDEX vault_expires ON vault (expires_at)',
  ]
}
