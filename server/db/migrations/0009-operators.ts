// Who operates the service, the codes by which somebody becomes an operator, and an index for their search by name.
import type { Migration } from '../migrate.js'

export const operators: Migration = {
  name: '0009-operators',
  async up(sql, { ascii, bigint, nicknameIndex, tableOptions }) {
    await sql.run(`CREATE TABLE operators (
      account_id ${ascii(40)} NOT NULL PRIMARY KEY,
      granted_at ${bigint} NOT NULL,
      granted_by ${ascii(40)}
    ) ${tableOptions}`)
    await sql.run(`CREATE TABLE operator_codes (
      hash ${ascii(64)} NOT NULL PRIMARY KEY,
      expires_at ${bigint} NOT NULL
    ) ${tableOptions}`)
    await sql.run(nicknameIndex)
  },
}
