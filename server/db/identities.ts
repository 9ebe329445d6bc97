// Identities, unionids and merges as rows. Openid and unionid live in two tables and never share a column.
import type {
  Belongings,
  Clock,
  IdentityReads,
  IdentityRecord,
  IdentityWrites,
  Openid,
  Unionid,
} from '#server/core/ports.js'
import type { Dialect } from './dialect.js'
import type { Living } from './living.js'
import { createMergeAtOnce } from './merge-at-once.js'
import { createMergeReads, createMerges } from './merges.js'
import { readRow } from './rows.js'
import { type Bind, firstRow, type Row, type Sql } from './sql.js'

export const IDENTITY_COLUMNS = [
  'appid',
  'openid',
  'platform',
  'unionid',
  'unionid_at',
  'account_id',
  'created_at',
  'last_used_at',
] as const
export const UNIONID_COLUMNS = ['platform', 'unionid', 'account_id'] as const

// Both sides are resolved to the living accounts they mean today, so that a later merge does not blur the memory.
const KEPT_APART = `
  SELECT merges.id FROM merges
    LEFT JOIN accounts survivor ON survivor.id = merges.survivor_id
    LEFT JOIN accounts loser ON loser.id = merges.loser_id
  WHERE merges.undone_at >= 0 AND merges.cleared_at IS NULL
    AND COALESCE(survivor.merged_into, merges.survivor_id) IN ($one, $other)
    AND COALESCE(loser.merged_into, merges.loser_id) IN ($one, $other)
    AND COALESCE(survivor.merged_into, merges.survivor_id) <> COALESCE(loser.merged_into, merges.loser_id)`

const PROVEN = `SELECT openid FROM identities
  WHERE account_id = $accountId AND platform = $platform AND unionid = $unionid LIMIT 1`
const RELEASE = 'DELETE FROM unionids WHERE account_id = $accountId AND platform = $platform AND unionid = $unionid'

/** Committed identities, or those of a transaction: whatever `sql` sees. */
export function createIdentityReads(sql: Sql): IdentityReads {
  return {
    async find(appid, openid) {
      const row = await firstRow(sql, 'SELECT * FROM identities WHERE appid = $appid AND openid = $openid', {
        appid,
        openid,
      })
      return row && toIdentity(row)
    },
    async accountOfUnionid(platform, unionid) {
      const row = await firstRow(
        sql,
        'SELECT account_id FROM unionids WHERE platform = $platform AND unionid = $unionid',
        { platform, unionid },
      )
      return row && readRow('unionids', row).text('account_id')
    },
    async unionidOfAccount(platform, accountId) {
      const row = await firstRow(
        sql,
        'SELECT unionid FROM unionids WHERE platform = $platform AND account_id = $accountId',
        { platform, accountId },
      )
      return row && (readRow('unionids', row).text('unionid') as Unionid)
    },
    unionidsOf: (accountId) => unionidsOf(sql, accountId),
    async ofAccount(accountId) {
      const rows = await sql.rows(
        'SELECT * FROM identities WHERE account_id = $accountId ORDER BY created_at, appid, openid',
        { accountId },
      )
      return rows.map(toIdentity)
    },
    async keptApart(accountId, otherId) {
      return (await firstRow(sql, KEPT_APART, { one: accountId, other: otherId })) !== null
    },
    ...createMergeReads(sql),
  }
}

/** Identities inside a transaction. `clock` tells which sessions live when an account's belongings move. */
export function createIdentities(
  sql: Sql,
  dialect: Dialect,
  clock: Clock,
  living: Living,
): IdentityReads & IdentityWrites {
  const insertIdentity = dialect.insertIgnore('identities', IDENTITY_COLUMNS, ['appid', 'openid'])
  const insertUnionid = dialect.insertIgnore('unionids', UNIONID_COLUMNS, null)
  return {
    ...createIdentityReads(sql),
    async insert(record) {
      return (await sql.run(insertIdentity, identityRow(record))) === 1
    },
    async touch(appid, openid, at, learnt) {
      // The namespace first: MariaDB assigns from left to right.
      await sql.run(
        `UPDATE identities SET
           platform = CASE WHEN unionid IS NULL THEN COALESCE($platform, platform) ELSE platform END,
           unionid_at = COALESCE(unionid_at, $learntAt),
           unionid = COALESCE(unionid, $unionid),
           last_used_at = CASE WHEN last_used_at < $at THEN $at ELSE last_used_at END
         WHERE appid = $appid AND openid = $openid`,
        { appid, openid, at, platform: null, unionid: null, ...learnt, learntAt: learnt && at },
      )
    },
    async claimUnionid(platform, unionid, accountId) {
      return (await sql.run(insertUnionid, { platform, unionid, account_id: accountId })) === 1
    },
    moveAll: (fromId, toId) => moveAll(sql, fromId, toId, { where: living.where, bind: living.at(clock()) }),
    ...createMerges(sql, dialect),
    mergeAtOnce: dialect.writesInWith ? createMergeAtOnce(sql, living) : null,
    async forgetUnionid(appid, openid) {
      const text = 'UPDATE identities SET unionid = NULL, unionid_at = NULL WHERE appid = $appid AND openid = $openid'
      await sql.run(text, { appid, openid })
    },
    async remove(appid, openid) {
      const text = 'DELETE FROM identities WHERE appid = $appid AND openid = $openid'
      return (await sql.run(text, { appid, openid })) === 1
    },
    async releaseUnproven(accountId) {
      for (const held of await unionidsOf(sql, accountId)) {
        const bind = { accountId, ...held }
        const proof = await firstRow(sql, PROVEN, bind)
        if (proof === null) await sql.run(RELEASE, bind)
      }
    },
    async toMigrate(appid, platform, learntBefore, limit) {
      const rows = await sql.rows(
        `SELECT * FROM identities
         WHERE appid = $appid AND (platform <> $platform OR unionid_at < $learntBefore)
         ORDER BY openid LIMIT ${Math.trunc(limit)}`,
        { appid, platform, learntBefore },
      )
      return rows.map(toIdentity)
    },
    async migrate(appid, openid, platform) {
      const text = `UPDATE identities SET platform = $platform, unionid = NULL, unionid_at = NULL
        WHERE appid = $appid AND openid = $openid`
      await sql.run(text, { appid, openid, platform })
    },
  }
}

async function unionidsOf(sql: Sql, accountId: string): Promise<Belongings['unionids']> {
  const text = 'SELECT platform, unionid FROM unionids WHERE account_id = $accountId ORDER BY platform'
  return (await sql.rows(text, { accountId })).map((row) => {
    const read = readRow('unionids', row)
    return { platform: read.text('platform'), unionid: read.text('unionid') as Unionid }
  })
}

async function moveAll(
  sql: Sql,
  fromId: string,
  toId: string,
  living: { readonly where: string; readonly bind: Bind },
): Promise<Belongings> {
  const moving = `account_id = $fromId AND ${living.where}`
  const ofFrom = { fromId }
  const fromTo = { fromId, toId }
  const identities = await sql.rows('SELECT appid, openid FROM identities WHERE account_id = $fromId', ofFrom)
  const unionids = await unionidsOf(sql, fromId)
  const sessions = await sql.rows(`SELECT id FROM sessions WHERE ${moving}`, { fromId, ...living.bind })
  await sql.run('UPDATE identities SET account_id = $toId WHERE account_id = $fromId', fromTo)
  await sql.run('UPDATE unionids SET account_id = $toId WHERE account_id = $fromId', fromTo)
  await sql.run(`UPDATE sessions SET account_id = $toId, renew = 1 WHERE ${moving}`, { ...fromTo, ...living.bind })
  return {
    identities: identities.map((row) => {
      const read = readRow('identities', row)
      return { appid: read.text('appid'), openid: read.text('openid') as Openid }
    }),
    unionids,
    sessions: sessions.map((row) => readRow('sessions', row).text('id')),
  }
}

/** The columns of an identity. */
export function identityRow(record: IdentityRecord): Bind {
  return {
    appid: record.appid,
    openid: record.openid,
    platform: record.platform,
    unionid: record.unionid,
    unionid_at: record.unionidAt,
    account_id: record.accountId,
    created_at: record.createdAt,
    last_used_at: record.lastUsedAt,
  }
}

/** @throws RowError */
export function toIdentity(row: Row): IdentityRecord {
  const read = readRow('identities', row)
  return {
    appid: read.text('appid'),
    openid: read.text('openid') as Openid,
    platform: read.text('platform'),
    unionid: read.textOrNull('unionid') as Unionid | null,
    unionidAt: read.integerOrNull('unionid_at'),
    accountId: read.text('account_id'),
    createdAt: read.integer('created_at'),
    lastUsedAt: read.integer('last_used_at'),
  }
}
