// Accounts and sessions in SQLite, by sqlite3 alone: WAL, and one commit for everything that arrived during the last one.
// A login waits for the commit that holds it, as in Saoma.
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import sqlite3 from 'sqlite3'

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS accounts (id TEXT PRIMARY KEY, unionid TEXT NOT NULL UNIQUE, nickname TEXT NOT NULL,
    avatar_url TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS identities (appid TEXT NOT NULL, openid TEXT NOT NULL, unionid TEXT NOT NULL,
    last_used_at INTEGER NOT NULL, PRIMARY KEY (appid, openid)) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS sessions (hash TEXT PRIMARY KEY, account_id TEXT NOT NULL, created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL) WITHOUT ROWID`,
]

const PUT_ACCOUNTS = `INSERT INTO accounts
  SELECT value->>'id', value->>'unionid', value->>'nickname', value->>'avatarUrl', value->>'at' FROM json_each(?) WHERE true
  ON CONFLICT (unionid) DO UPDATE SET nickname = excluded.nickname, avatar_url = excluded.avatar_url`
const PUT_IDENTITIES = `INSERT INTO identities
  SELECT value->>'appid', value->>'openid', value->>'unionid', value->>'at' FROM json_each(?) WHERE true
  ON CONFLICT (appid, openid) DO UPDATE SET last_used_at = excluded.last_used_at`
const READ_ACCOUNTS = `SELECT id, unionid, nickname, avatar_url AS avatarUrl, created_at AS createdAt FROM accounts
  WHERE unionid IN (SELECT value->>'unionid' FROM json_each(?))`
const PUT_SESSIONS = `INSERT INTO sessions
  SELECT value->>'hash', value->>'accountId', value->>'createdAt', value->>'expiresAt' FROM json_each(?)`
const FIND_PERSON = `SELECT i.unionid, a.nickname, a.avatar_url AS avatarUrl FROM identities i
  JOIN accounts a ON a.unionid = i.unionid WHERE i.appid = ? AND i.openid = ?`
const FIND_SESSION = `SELECT s.account_id AS accountId, s.created_at AS createdAt, s.expires_at AS expiresAt, a.nickname,
  a.avatar_url AS avatarUrl, a.created_at AS accountCreatedAt FROM sessions s JOIN accounts a ON a.id = s.account_id
  WHERE s.hash = ?`

/** @param {string} file @param {'FULL' | 'NORMAL'} synchronous */
export async function openStore(file, synchronous = 'FULL') {
  const open = () =>
    new Promise((resolve, reject) => {
      const db = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(db)))
    })
  const writer = await open()
  const reader = await open()
  const run = promisify(writer.run.bind(writer))
  for (const pragma of ['journal_mode = WAL', `synchronous = ${synchronous}`]) await run(`PRAGMA ${pragma}`)
  for (const table of SCHEMA) await run(table)
  const prepare = (db, sql) => {
    const statement = db.prepare(sql)
    return { all: promisify(statement.all.bind(statement)), finalize: promisify(statement.finalize.bind(statement)) }
  }
  const [begin, commit, putAccounts, putIdentities, readAccounts, putSessions] = [
    ...['BEGIN IMMEDIATE', 'COMMIT', PUT_ACCOUNTS, PUT_IDENTITIES, READ_ACCOUNTS, PUT_SESSIONS],
  ].map((sql) => prepare(writer, sql))
  const [findPerson, findSession] = [FIND_PERSON, FIND_SESSION].map((sql) => prepare(reader, sql))

  let waiting = []
  let draining = null

  /** @returns {Promise<unknown>} settles once the commit that holds the job has succeeded, or has not */
  function submit(kind, row) {
    return new Promise((resolve, reject) => {
      waiting.push({ kind, row, resolve, reject })
      draining ??= drain()
    })
  }

  async function drain() {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        const accounts = await write(group)
        for (const { row, resolve } of group) resolve(accounts.get(row.unionid))
      } catch (error) {
        await run('ROLLBACK').catch(() => {})
        for (const { reject } of group) reject(error)
      }
    }
    draining = null
  }

  async function write(group) {
    const people = group.filter(({ kind }) => kind === 'person').map(({ row }) => row)
    const sessions = group.filter(({ kind }) => kind === 'session').map(({ row }) => row)
    const accounts = new Map()
    await begin.all()
    if (people.length > 0) {
      const rows = JSON.stringify(people)
      await putAccounts.all(rows)
      await putIdentities.all(rows)
      for (const account of await readAccounts.all(rows)) accounts.set(account.unionid, account)
    }
    if (sessions.length > 0) await putSessions.all(JSON.stringify(sessions))
    await commit.all()
    return accounts
  }

  return {
    /** Finds or makes the account of this unionid. */
    signIn: ({ appid, openid, unionid, nickname, avatarUrl }) =>
      submit('person', { id: `acc_${randomUUID()}`, appid, openid, unionid, nickname, avatarUrl, at: Date.now() }),
    addSession: (row) => submit('session', row),
    /** Who has used this openid before, or undefined. */
    findPerson: async (appid, openid) => (await findPerson.all(appid, openid))[0],
    findSession: async (hash) => (await findSession.all(hash))[0],
    async close() {
      await draining
      const statements = [begin, commit, putAccounts, putIdentities, readAccounts, putSessions, findPerson, findSession]
      for (const statement of statements) await statement.finalize()
      for (const db of [writer, reader]) await promisify(db.close.bind(db))()
    },
  }
}
