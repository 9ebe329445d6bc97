// When each identity was told its unionid. Of earlier ones this is not known: the identity is as old, so it counts as old.
import type { Migration } from '../migrate.js'

export const unionidTimes: Migration = {
  name: '0006-unionid-times',
  async up(sql, { bigint }) {
    await sql.run(`ALTER TABLE identities ADD COLUMN unionid_at ${bigint}`)
    await sql.run('UPDATE identities SET unionid_at = created_at WHERE unionid IS NOT NULL')
  },
}
