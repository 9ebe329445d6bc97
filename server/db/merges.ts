// Merges as rows: what joined two accounts, what moved, and whether it was taken back.
import * as z from 'zod/mini'
import type { IdentityReads, IdentityWrites, MergeRecord, Openid, Unionid } from '#server/core/ports.js'
import { type Dialect, insertInto } from './dialect.js'
import { readRow } from './rows.js'
import { firstRow, type Row, type Sql } from './sql.js'

const COLUMNS = ['id', 'survivor_id', 'loser_id', 'merged_at', 'cause', 'moved', 'undone_at', 'cleared_at'] as const
const MOST_LISTED = 200

const OpenidShape = z.pipe(
  z.string(),
  z.transform((text) => text as Openid),
)
const UnionidShape = z.pipe(
  z.string(),
  z.transform((text) => text as Unionid),
)
const Cause = z.object({ appid: z.string(), openid: OpenidShape, unionid: UnionidShape })
const belongings = {
  identities: z.array(z.object({ appid: z.string(), openid: OpenidShape })),
  unionids: z.array(z.object({ platform: z.string(), unionid: UnionidShape })),
  sessions: z.array(z.string()),
}
const Moved = z.object({ ...belongings, kept: z.optional(z.nullable(z.object(belongings))) })

type MergeReads = Pick<IdentityReads, 'findMerge' | 'merges'>
type MergeWrites = Pick<IdentityWrites, 'logMerge' | 'move' | 'markUndone' | 'markCleared' | 'dropMerges'>

/** The part of IdentityReads that is about merges. */
export function createMergeReads(sql: Sql): MergeReads {
  return {
    async findMerge(id) {
      const row = await firstRow(sql, 'SELECT * FROM merges WHERE id = $id', { id })
      return row && toRecord(row)
    },
    async merges(accountId) {
      const where = accountId === undefined ? '' : 'WHERE survivor_id = $accountId OR loser_id = $accountId'
      const text = `SELECT * FROM merges ${where} ORDER BY merged_at DESC, id DESC LIMIT ${MOST_LISTED}`
      return (await sql.rows(text, accountId === undefined ? {} : { accountId })).map(toRecord)
    },
  }
}

/** The part of IdentityWrites that is about merges. */
export function createMerges(sql: Sql, dialect: Dialect): MergeWrites {
  const insert = insertInto('merges', COLUMNS)
  const mentions = `${dialect.among('survivor_id', 'ids')} OR ${dialect.among('loser_id', 'ids')}`
  return {
    async logMerge(record) {
      const { identities, unionids, sessions, kept } = record
      await sql.run(insert, {
        id: record.id,
        survivor_id: record.survivorId,
        loser_id: record.loserId,
        merged_at: record.mergedAt,
        cause: JSON.stringify(record.cause),
        moved: JSON.stringify({ identities, unionids, sessions, kept }),
        undone_at: record.undoneAt,
        cleared_at: record.clearedAt,
      })
    },
    async move({ identities, unionids, sessions }, fromId, toId) {
      const fromTo = { fromId, toId }
      const set = 'SET account_id = $toId WHERE account_id = $fromId AND'
      for (const { appid, openid } of identities) {
        await sql.run(`UPDATE identities ${set} appid = $appid AND openid = $openid`, { ...fromTo, appid, openid })
      }
      for (const { platform, unionid } of unionids) {
        const bind = { ...fromTo, platform, unionid }
        await sql.run(`UPDATE unionids ${set} platform = $platform AND unionid = $unionid`, bind)
      }
      const moved = 'UPDATE sessions SET account_id = $toId, renew = 1 WHERE account_id = $fromId AND id = $id'
      for (const id of sessions) await sql.run(moved, { ...fromTo, id })
    },
    async markUndone(id, at) {
      return (await sql.run('UPDATE merges SET undone_at = $at WHERE id = $id AND undone_at IS NULL', { id, at })) === 1
    },
    async markCleared(id, at) {
      const text = 'UPDATE merges SET cleared_at = $at WHERE id = $id AND undone_at >= 0 AND cleared_at IS NULL'
      return (await sql.run(text, { id, at })) === 1
    },
    async dropMerges(accountIds) {
      await sql.run(`DELETE FROM merges WHERE ${mentions}`, { ids: JSON.stringify(accountIds) })
    },
  }
}

function toRecord(row: Row): MergeRecord {
  const read = readRow('merges', row)
  const moved = read.json('moved', Moved)
  return {
    id: read.text('id'),
    survivorId: read.text('survivor_id'),
    loserId: read.text('loser_id'),
    mergedAt: read.integer('merged_at'),
    cause: read.json('cause', Cause),
    ...moved,
    kept: moved.kept ?? null,
    undoneAt: read.integerOrNull('undone_at'),
    clearedAt: read.integerOrNull('cleared_at'),
  }
}
