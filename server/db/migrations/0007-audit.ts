// The audit trail. Its rows refer to nothing by key: they outlive sessions and merges, and an act without an account counts.
import type { Migration } from '../migrate.js'

export const audit: Migration = {
  name: '0007-audit',
  async up(sql, { ascii, text, bigint, serialKey, tableOptions }) {
    const id = ascii(40)
    const word = ascii(32)
    await sql.run(`CREATE TABLE audit (
      id ${serialKey},
      done_at ${bigint} NOT NULL,
      act ${word} NOT NULL,
      actor ${word} NOT NULL,
      actor_name ${text},
      account_id ${id},
      method ${word},
      app_key ${ascii(64)},
      subject ${id},
      reason ${word},
      address ${ascii(45)},
      browser ${ascii(64)},
      os ${ascii(64)}
    ) ${tableOptions}`)
    await sql.run('CREATE INDEX audit_account ON audit (account_id, done_at)')
    await sql.run('CREATE INDEX audit_done ON audit (done_at)')
  },
}
