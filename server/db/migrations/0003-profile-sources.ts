// Name and picture each get a source and a time of their own.
import type { Migration } from '../migrate.js'

export const profileSources: Migration = {
  name: '0003-profile-sources',
  async up(sql, { ascii, bigint }) {
    await sql.run('ALTER TABLE accounts RENAME COLUMN profile_source TO nickname_source')
    await sql.run('ALTER TABLE accounts RENAME COLUMN profile_at TO nickname_at')
    await sql.run(`ALTER TABLE accounts ADD COLUMN avatar_source ${ascii(64)}`)
    await sql.run(`ALTER TABLE accounts ADD COLUMN avatar_at ${bigint}`)
    await sql.run('UPDATE accounts SET avatar_source = nickname_source, avatar_at = nickname_at')
  },
}
