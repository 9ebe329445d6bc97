// Accounts as rows, tombstones included. A tombstone names a living account in one step, never a chain.
import type { AccountReads, AccountRecord, AccountWrites, SourcedProfile } from '#server/core/ports.js'
import { type Dialect, insertInto } from './dialect.js'
import { readRow } from './rows.js'
import { type Bind, firstRow, type Row, type Sql } from './sql.js'

const ACCOUNT_STATUSES = ['active', 'disabled', 'merged', 'deleted'] as const
export const ACCOUNT_COLUMNS = [
  'id',
  'status',
  'created_at',
  'merged_into',
  'nickname',
  'avatar_url',
  'nickname_source',
  'nickname_at',
  'avatar_source',
  'avatar_at',
] as const

/** No more are looked at: half of all people may be called something with one letter. */
const MOST_NAMED = 200

function byName(a: AccountRecord, b: AccountRecord): number {
  if (a.nickname !== b.nickname) return a.nickname < b.nickname ? -1 : 1
  return a.id < b.id ? -1 : 1
}

/** Committed accounts, or those of a transaction: whatever `sql` sees. */
export function createAccountReads(sql: Sql, dialect: Dialect): AccountReads {
  const named = `SELECT * FROM accounts WHERE ${dialect.named} AND status <> 'merged' LIMIT ${MOST_NAMED}`
  return {
    async find(id) {
      const row = await firstRow(sql, 'SELECT * FROM accounts WHERE id = $id', { id })
      return row && toAccount(row)
    },
    async named(prefix, limit) {
      // The last character there is: whatever begins with the prefix is below it.
      const rows = await sql.rows(named, { from: prefix, to: `${prefix}\u{10ffff}` })
      return rows.map(toAccount).toSorted(byName).slice(0, limit)
    },
    async tombstonesOf(id) {
      const rows = await sql.rows('SELECT id FROM accounts WHERE merged_into = $id ORDER BY id', { id })
      return rows.map((row) => readRow('accounts', row).text('id'))
    },
  }
}

/** Accounts inside a transaction. */
export function createAccounts(sql: Sql, dialect: Dialect): AccountReads & AccountWrites {
  const reads = createAccountReads(sql, dialect)
  const insert = insertInto('accounts', ACCOUNT_COLUMNS)
  const lock: AccountWrites['lock'] = async (ids) => {
    if (dialect.lockAccount === null) return false
    // One order for everybody, so that two who need the same accounts wait for each other only one way.
    for (const id of [...new Set(ids)].toSorted()) await sql.rows(dialect.lockAccount, { id })
    return true
  }
  return {
    ...reads,
    lock,
    async insert(record) {
      await sql.run(insert, accountRow(record))
    },
    async setProfile(id, profile) {
      const row = profileRow(profile)
      const set = Object.keys(row).map((column) => `${column} = $${column}`)
      await sql.run(`UPDATE accounts SET ${set.join(', ')} WHERE id = $id`, { id, ...row })
    },
    async setStatus(id, status) {
      const text = "UPDATE accounts SET status = $status WHERE id = $id AND status NOT IN ('merged', $status)"
      return (await sql.run(text, { id, status })) === 1
    },
    async revive(id, status) {
      const text = "UPDATE accounts SET status = $status, merged_into = NULL WHERE id = $id AND status = 'merged'"
      await sql.run(text, { id, status })
    },
    async redirect(ids, accountId) {
      for (const id of ids) {
        const text = "UPDATE accounts SET merged_into = $accountId WHERE id = $id AND status = 'merged'"
        await sql.run(text, { id, accountId })
      }
    },
    async bury(loserId, survivorId) {
      await lock([loserId, survivorId])
      const survivor = await reads.find(survivorId)
      if (loserId === survivorId || survivor === null || survivor.status === 'merged') {
        throw new Error('An account can only be buried in favour of another, living one.')
      }
      const bind = { loserId, survivorId }
      const buried = await sql.run(
        "UPDATE accounts SET status = 'merged', merged_into = $survivorId WHERE id = $loserId AND status <> 'merged'",
        bind,
      )
      if (buried !== 1) throw new Error('Only a living account can be buried.')
      await sql.run('UPDATE accounts SET merged_into = $survivorId WHERE merged_into = $loserId', bind)
    },
  }
}

/** The columns of an account. */
export function accountRow(record: AccountRecord): Bind {
  return {
    id: record.id,
    status: record.status,
    created_at: record.createdAt,
    merged_into: record.mergedInto,
    ...profileRow(record),
  }
}

/** The columns of a profile. */
export function profileRow(profile: SourcedProfile): Bind {
  return {
    nickname: storable(profile.nickname),
    avatar_url: storable(profile.avatarUrl),
    nickname_source: profile.nicknameSource,
    nickname_at: profile.nicknameAt,
    avatar_source: profile.avatarSource,
    avatar_at: profile.avatarAt,
  }
}

/** Text without NUL, which PostgreSQL cannot hold, and without halves of characters: it comes back the same from every database. */
export function storable(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd').replaceAll('\0', '')
}

/** @throws RowError */
export function toAccount(row: Row): AccountRecord {
  const read = readRow('accounts', row)
  return {
    id: read.text('id'),
    status: read.oneOf('status', ACCOUNT_STATUSES),
    createdAt: read.integer('created_at'),
    mergedInto: read.textOrNull('merged_into'),
    nickname: read.text('nickname'),
    avatarUrl: read.text('avatar_url'),
    nicknameSource: read.textOrNull('nickname_source'),
    nicknameAt: read.integerOrNull('nickname_at'),
    avatarSource: read.textOrNull('avatar_source'),
    avatarAt: read.integerOrNull('avatar_at'),
  }
}
