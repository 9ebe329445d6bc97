// The first tables: tickets and uses of states, accounts with their identities, unionids and merges, sessions.
import type { Dialect } from '../dialect.js'
import type { Migration } from '../migrate.js'

export const tables: Migration = {
  name: '0001-tables',
  async up(sql, dialect) {
    for (const statement of statements(dialect)) await sql.run(statement)
  },
}

// Hashes are SHA-256 in hex. Times are epoch milliseconds. Columns without NOT NULL are null until something happens.
// Foreign keys stand by themselves: MySQL reads past one behind its column.
function statements({ ascii, text, bigint, tableOptions }: Dialect): string[] {
  const id = ascii(40)
  const word = ascii(32)
  const hash = ascii(64)
  const wechatId = ascii(128)
  return [
    `CREATE TABLE accounts (
      id ${id} NOT NULL PRIMARY KEY,
      status ${word} NOT NULL,
      created_at ${bigint} NOT NULL,
      merged_into ${id},
      nickname ${text} NOT NULL,
      avatar_url ${text} NOT NULL,
      profile_source ${ascii(64)},
      profile_at ${bigint},
      FOREIGN KEY (merged_into) REFERENCES accounts (id)
    ) ${tableOptions}`,
    'CREATE INDEX accounts_merged_into ON accounts (merged_into)',

    `CREATE TABLE identities (
      appid ${wechatId} NOT NULL,
      openid ${wechatId} NOT NULL,
      platform ${ascii(64)} NOT NULL,
      unionid ${wechatId},
      account_id ${id} NOT NULL,
      created_at ${bigint} NOT NULL,
      last_used_at ${bigint} NOT NULL,
      PRIMARY KEY (appid, openid),
      FOREIGN KEY (account_id) REFERENCES accounts (id)
    ) ${tableOptions}`,
    'CREATE INDEX identities_account ON identities (account_id)',

    `CREATE TABLE unionids (
      platform ${ascii(64)} NOT NULL,
      unionid ${wechatId} NOT NULL,
      account_id ${id} NOT NULL,
      PRIMARY KEY (platform, unionid),
      CONSTRAINT unionids_one_per_account UNIQUE (account_id, platform),
      FOREIGN KEY (account_id) REFERENCES accounts (id)
    ) ${tableOptions}`,

    `CREATE TABLE merges (
      id ${id} NOT NULL PRIMARY KEY,
      survivor_id ${id} NOT NULL,
      loser_id ${id} NOT NULL,
      merged_at ${bigint} NOT NULL,
      cause ${text} NOT NULL,
      moved ${text} NOT NULL,
      undone_at ${bigint},
      cleared_at ${bigint}
    ) ${tableOptions}`,
    'CREATE INDEX merges_undone ON merges (undone_at)',

    `CREATE TABLE tickets (
      id ${ascii(128)} NOT NULL PRIMARY KEY,
      method ${word} NOT NULL,
      app_key ${ascii(64)} NOT NULL,
      status ${word} NOT NULL,
      version ${bigint} NOT NULL,
      created_at ${bigint} NOT NULL,
      expires_at ${bigint} NOT NULL,
      return_to ${text} NOT NULL,
      device ${text} NOT NULL,
      phone_hash ${hash},
      proof ${text},
      scanned_by ${text},
      explicit ${bigint} NOT NULL,
      match_tries ${bigint} NOT NULL,
      account_id ${id},
      reason ${word},
      attempt_hash ${hash},
      redeemed_at ${bigint}
    ) ${tableOptions}`,
    'CREATE INDEX tickets_expires ON tickets (expires_at)',

    `CREATE TABLE callbacks (
      state_hash ${hash} NOT NULL PRIMARY KEY,
      code_hash ${hash} UNIQUE,
      phone_hash ${hash},
      ticket_id ${ascii(128)} NOT NULL,
      started_at ${bigint} NOT NULL,
      outcome_status ${word},
      outcome_reason ${word}
    ) ${tableOptions}`,
    'CREATE INDEX callbacks_ticket ON callbacks (ticket_id)',
    'CREATE INDEX callbacks_started ON callbacks (started_at)',
    'CREATE INDEX callbacks_outcome ON callbacks (outcome_status, started_at)',

    `CREATE TABLE sessions (
      hash ${hash} NOT NULL PRIMARY KEY,
      id ${id} NOT NULL UNIQUE,
      account_id ${id} NOT NULL,
      kind ${word} NOT NULL,
      method ${word} NOT NULL,
      device ${text} NOT NULL,
      created_at ${bigint} NOT NULL,
      last_seen_at ${bigint} NOT NULL,
      expires_at ${bigint} NOT NULL,
      ended_at ${bigint},
      FOREIGN KEY (account_id) REFERENCES accounts (id)
    ) ${tableOptions}`,
    'CREATE INDEX sessions_account ON sessions (account_id)',
    'CREATE INDEX sessions_expires ON sessions (expires_at)',
    'CREATE INDEX sessions_ended ON sessions (ended_at)',
  ]
}
