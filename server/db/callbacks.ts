// Uses of states as rows: the unique keys on state and code are what makes both single-use.
import type { CallbackReads, CallbackRecord, CallbackWrites } from '#server/core/ports.js'
import { REASONS, STATUSES } from '#shared/ticket.js'
import type { Dialect } from './dialect.js'
import { readRow } from './rows.js'
import { type Bind, firstRow, type Row, type Sql } from './sql.js'

export const CALLBACK_COLUMNS = [
  'state_hash',
  'code_hash',
  'phone_hash',
  'ticket_id',
  'started_at',
  'beat',
  'outcome_status',
  'outcome_reason',
] as const

/** Committed callbacks, or those of a transaction: whatever `sql` sees. */
export function createCallbackReads(sql: Sql): CallbackReads {
  return {
    async find(stateHash) {
      const row = await firstRow(sql, 'SELECT * FROM callbacks WHERE state_hash = $stateHash', { stateHash })
      return row && toCallback(row)
    },
    async count(ticketId) {
      const row = await firstRow(sql, 'SELECT count(*) AS used FROM callbacks WHERE ticket_id = $ticketId', {
        ticketId,
      })
      return Number(row?.used ?? 0)
    },
    async overtaken({ ticketId, stateHash, startedAt }) {
      const later =
        'SELECT 1 FROM callbacks WHERE ticket_id = $ticketId AND state_hash <> $stateHash AND started_at >= $startedAt LIMIT 1'
      return (await firstRow(sql, later, { ticketId, stateHash, startedAt })) !== null
    },
    async unfinished() {
      const rows = await sql.rows(
        'SELECT * FROM callbacks WHERE outcome_status IS NULL ORDER BY started_at, state_hash',
      )
      return rows.map(toCallback)
    },
  }
}

/** Callbacks inside a transaction. */
export function createCallbacks(sql: Sql, dialect: Dialect): CallbackReads & CallbackWrites {
  const insert = dialect.insertIgnore('callbacks', CALLBACK_COLUMNS, null)
  const beat = `UPDATE callbacks SET beat = beat + 1 WHERE ${dialect.among('state_hash', 'hashes')}`
  return {
    ...createCallbackReads(sql),
    async claim(record) {
      return (await sql.run(insert, callbackRow(record))) === 1
    },
    async finish(stateHash, outcome) {
      const finished = await sql.run(
        'UPDATE callbacks SET outcome_status = $status, outcome_reason = $reason WHERE state_hash = $hash AND outcome_status IS NULL',
        { hash: stateHash, status: outcome.status, reason: outcome.reason },
      )
      return finished === 1
    },
    async beat(stateHashes) {
      if (stateHashes.length > 0) await sql.run(beat, { hashes: JSON.stringify(stateHashes) })
    },
  }
}

/** The columns of a callback. */
export function callbackRow(record: CallbackRecord): Bind {
  return {
    state_hash: record.stateHash,
    code_hash: record.codeHash,
    phone_hash: record.phoneHash,
    ticket_id: record.ticketId,
    started_at: record.startedAt,
    beat: record.beat,
    outcome_status: record.outcome?.status ?? null,
    outcome_reason: record.outcome?.reason ?? null,
  }
}

/** @throws RowError */
export function toCallback(row: Row): CallbackRecord {
  const read = readRow('callbacks', row)
  const status = read.oneOfOrNull('outcome_status', STATUSES)
  const reason = read.oneOfOrNull('outcome_reason', REASONS)
  return {
    stateHash: read.text('state_hash'),
    codeHash: read.textOrNull('code_hash'),
    phoneHash: read.textOrNull('phone_hash'),
    ticketId: read.text('ticket_id'),
    startedAt: read.integer('started_at'),
    beat: read.integer('beat'),
    outcome: status && { status, reason },
  }
}
