// Who agreed to which version of the site's agreement. A table beside the others: nodes that do not know it go on as before.
import type { Migration } from '../migrate.js'

export const consents: Migration = {
  name: '0008-consents',
  async up(sql, { ascii, bigint, tableOptions }) {
    await sql.run(`CREATE TABLE consents (
      account_id ${ascii(40)} NOT NULL,
      version ${ascii(32)} NOT NULL,
      given_at ${bigint} NOT NULL,
      method ${ascii(32)} NOT NULL,
      app_key ${ascii(64)} NOT NULL,
      PRIMARY KEY (account_id, version),
      FOREIGN KEY (account_id) REFERENCES accounts (id)
    ) ${tableOptions}`)
  },
}
