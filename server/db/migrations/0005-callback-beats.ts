// A sign of life for each callback that is being worked on.
import type { Migration } from '../migrate.js'

export const callbackBeats: Migration = {
  name: '0005-callback-beats',
  async up(sql, { bigint }) {
    await sql.run(`ALTER TABLE callbacks ADD COLUMN beat ${bigint} NOT NULL DEFAULT 0`)
  },
}
