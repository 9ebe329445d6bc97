// Forgets what has served its purpose, in batches small enough that logins pass between them.
import type { Queue } from './writer.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Tickets, callbacks and pushes stay for a day after their end, for support questions. */
const TICKET_KEPT_MS = DAY
/** Ended sessions stay, so that no late request brings one back and a merge can be undone. */
const SESSION_KEPT_MS = 30 * DAY
/** More than a batch may take longer than a login should wait. */
const BATCH = 500

/** What an operator decides about. */
export interface Kept {
  /** How long the audit trail is kept. */
  readonly auditMs: number
}

export const KEPT: Kept = { auditMs: 180 * DAY }

/** Which rows of a table are due: `before` is the time that `due` compares with. */
interface Due {
  readonly key: string
  readonly due: string
  before(now: number, kept: Kept): number
}

const TABLES = {
  tickets: {
    key: 'id',
    due: 'expires_at < $before AND (redeemed_at IS NULL OR redeemed_at < $before)',
    before: (now) => now - TICKET_KEPT_MS,
  },
  callbacks: { key: 'state_hash', due: 'started_at < $before', before: (now) => now - TICKET_KEPT_MS },
  sessions: {
    key: 'hash',
    due: 'expires_at < $before OR ended_at < $before',
    before: (now) => now - SESSION_KEPT_MS,
  },
  pushes: { key: 'id', due: 'received_at < $before', before: (now) => now - TICKET_KEPT_MS },
  vault: { key: 'name', due: 'expires_at < $before', before: (now) => now },
  audit: { key: 'id', due: 'done_at < $before', before: (now, { auditMs }) => now - auditMs },
} as const satisfies Record<string, Due>

/** How many rows of each table were deleted. */
export type Purged = Readonly<Record<keyof typeof TABLES, number>>

/**
 * Deletes what ended long enough before `now`. Each batch is a transaction of its own.
 * @param progress hears of the rows of each batch
 * @throws AppError `busy`
 */
export async function purge(
  writer: Queue,
  now: number,
  kept: Kept = KEPT,
  progress: (rows: number) => void = () => {},
): Promise<Purged> {
  const purged = { tickets: 0, callbacks: 0, sessions: 0, pushes: 0, vault: 0, audit: 0 }
  for (const table of Object.keys(purged) as (keyof Purged)[]) {
    const due: Due = TABLES[table]
    purged[table] = await deleteAll(writer, table, due, { before: due.before(now, kept), progress })
  }
  return purged
}

async function deleteAll(
  writer: Queue,
  table: string,
  { key, due }: Due,
  { before, progress }: { readonly before: number; readonly progress: (rows: number) => void },
): Promise<number> {
  // The inner table has a name because MariaDB takes LIMIT in a subquery only so.
  const batch = `SELECT ${key} FROM (SELECT ${key} FROM ${table} WHERE ${due} LIMIT ${BATCH}) AS batch`
  let total = 0
  for (;;) {
    const deleted = await writer.submit((sql) => sql.run(`DELETE FROM ${table} WHERE ${key} IN (${batch})`, { before }))
    total += deleted
    if (deleted > 0) progress(deleted)
    if (deleted < BATCH) return total
  }
}
