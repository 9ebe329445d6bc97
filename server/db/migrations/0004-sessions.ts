// A session that moved to another account gets a new id, and the one before counts for a while.
import type { Migration } from '../migrate.js'

export const sessionRenewal: Migration = {
  name: '0004-sessions',
  async up(sql, { ascii, bigint }) {
    await sql.run(`ALTER TABLE sessions ADD COLUMN renew ${bigint} NOT NULL DEFAULT 0`)
    await sql.run(`ALTER TABLE sessions ADD COLUMN previous_hash ${ascii(64)}`)
    await sql.run(`ALTER TABLE sessions ADD COLUMN taken_at ${bigint}`)
    await sql.run('CREATE INDEX sessions_previous ON sessions (previous_hash)')
  },
}
