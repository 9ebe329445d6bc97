// Forgets what has served its purpose, in batches small enough that logins pass between them.
import type { Writer } from './writer.js'

const HOUR = 3_600_000
/** Tickets and callbacks stay for a day after their end, for support questions. */
const TICKET_KEPT_MS = 24 * HOUR
/** Ended sessions stay, so that no late request brings one back and a merge can be undone. */
const SESSION_KEPT_MS = 30 * 24 * HOUR
const BATCH = 500

/** How many rows were deleted. */
export interface Purged {
  readonly tickets: number
  readonly callbacks: number
  readonly sessions: number
  readonly pushes: number
  readonly vault: number
}

/** Deletes what ended long enough before `now`. Each batch is a transaction of its own. @throws AppError `busy` */
export async function purge(writer: Writer, now: number): Promise<Purged> {
  const ticketsBefore = now - TICKET_KEPT_MS
  return {
    tickets: await deleteAll(
      writer,
      { table: 'tickets', key: 'id', due: 'expires_at < $before AND (redeemed_at IS NULL OR redeemed_at < $before)' },
      ticketsBefore,
    ),
    callbacks: await deleteAll(
      writer,
      { table: 'callbacks', key: 'state_hash', due: 'started_at < $before' },
      ticketsBefore,
    ),
    sessions: await deleteAll(
      writer,
      { table: 'sessions', key: 'hash', due: 'expires_at < $before OR ended_at < $before' },
      now - SESSION_KEPT_MS,
    ),
    pushes: await deleteAll(writer, { table: 'pushes', key: 'id', due: 'received_at < $before' }, ticketsBefore),
    vault: await deleteAll(writer, { table: 'vault', key: 'name', due: 'expires_at < $before' }, now),
  }
}

async function deleteAll(
  writer: Writer,
  { table, key, due }: { table: string; key: string; due: string },
  before: number,
): Promise<number> {
  // The inner table has a name because MariaDB takes LIMIT in a subquery only so.
  const batch = `SELECT ${key} FROM (SELECT ${key} FROM ${table} WHERE ${due} LIMIT ${BATCH}) AS batch`
  let total = 0
  for (;;) {
    const deleted = await writer.submit((sql) => sql.run(`DELETE FROM ${table} WHERE ${key} IN (${batch})`, { before }))
    total += deleted
    if (deleted < BATCH) return total
  }
}
