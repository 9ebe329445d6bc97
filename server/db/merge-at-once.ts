// A merge in one statement, on PostgreSQL: everything in it sees both accounts as they were before, and no row is written twice.
// What it does is core/identity/merge.ts, step by step; a contract test holds one against the other.
import type { IdentityWrites } from '#server/core/ports.js'
import { profileRow } from './accounts.js'
import type { Living } from './living.js'
import type { Sql } from './sql.js'

// A value that is used for columns of several types has to say what it is.
const text = (name: string) => `CAST($${name} AS text)`
const number = (name: string) => `CAST($${name} AS bigint)`
const [SURVIVOR, LOSER] = [text('survivorId'), text('loserId')]
const SHOWN = `appid = ${text('appid')} AND openid = ${text('openid')}`

const listed = (row: string, from: string, order: string) =>
  `COALESCE((SELECT json_agg(${row} ORDER BY ${order}) FROM ${from}), '[]')`

/** The parts of a Belongings, as arguments of json_build_object. */
const belongings = (account: string, living: string) => `
  'identities', ${listed("json_build_object('appid', appid, 'openid', openid)", `identities WHERE account_id = ${account}`, 'created_at, appid, openid')},
  'unionids', ${listed("json_build_object('platform', platform, 'unionid', unionid)", `unionids WHERE account_id = ${account}`, 'platform')},
  'sessions', ${listed('id', `sessions WHERE account_id = ${account} AND ${living}`, 'created_at DESC, id')}`

const PROFILE = ['nickname', 'avatar_url', 'nickname_source', 'nickname_at', 'avatar_source', 'avatar_at'] as const
const typed = (column: string) => (column.endsWith('_at') ? number(column) : text(column))

const statement = (living: string, shows: boolean) => `
  WITH buried AS (
    UPDATE accounts SET status = 'merged', merged_into = ${SURVIVOR}
    WHERE id = ${LOSER} AND status <> 'merged' AND id <> ${SURVIVOR}
      AND EXISTS (SELECT 1 FROM accounts AS other WHERE other.id = ${SURVIVOR} AND other.status <> 'merged')
    RETURNING id
  ), redirected AS (
    UPDATE accounts SET merged_into = ${SURVIVOR} WHERE merged_into = ${LOSER}
  ), moved_identities AS (
    UPDATE identities SET
      account_id = ${SURVIVOR},
      platform = CASE WHEN ${SHOWN} AND unionid IS NULL THEN ${text('platform')} ELSE platform END,
      unionid_at = CASE WHEN ${SHOWN} THEN COALESCE(unionid_at, ${number('at')}) ELSE unionid_at END,
      unionid = CASE WHEN ${SHOWN} THEN COALESCE(unionid, ${text('unionid')}) ELSE unionid END,
      last_used_at = CASE WHEN ${SHOWN} THEN GREATEST(last_used_at, ${number('at')}) ELSE last_used_at END
    WHERE account_id = ${LOSER} OR (account_id = ${SURVIVOR} AND ${SHOWN})
  ), moved_unionids AS (
    UPDATE unionids SET account_id = ${SURVIVOR} WHERE account_id = ${LOSER}
  ), moved_sessions AS (
    UPDATE sessions SET account_id = ${SURVIVOR}, renew = 1 WHERE account_id = ${LOSER} AND ${living}
  )${shows ? `, shown AS (UPDATE accounts SET ${PROFILE.map((column) => `${column} = ${typed(column)}`).join(', ')} WHERE id = ${SURVIVOR})` : ''}
  INSERT INTO merges (id, survivor_id, loser_id, merged_at, cause, moved)
  SELECT ${text('id')}, ${SURVIVOR}, ${LOSER}, ${number('at')}, ${text('cause')},
    CAST(json_build_object(${belongings(LOSER, living)}, 'kept', json_build_object(${belongings(SURVIVOR, living)})) AS text)
  FROM buried`

/** See `IdentityWrites.mergeAtOnce`. */
export function createMergeAtOnce(sql: Sql, living: Living): NonNullable<IdentityWrites['mergeAtOnce']> {
  const where = living.where.replaceAll(/\$\w+/g, (bind) => number(bind.slice(1)))
  return async ({ id, survivorId, loserId, at, cause, platform, profile }) => {
    const merged = await sql.run(statement(where, profile !== null), {
      ...{ id, survivorId, loserId, at, platform, ...cause, cause: JSON.stringify(cause) },
      ...living.at(at),
      ...(profile && profileRow(profile)),
    })
    if (merged !== 1) throw new Error('Only a living account can be buried, in favour of another one.')
  }
}
