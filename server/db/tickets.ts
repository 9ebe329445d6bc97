// Tickets as rows. Every move is one conditional UPDATE, and the number of rows it touched decides who won.
import type { TicketGuard, TicketPatch, TicketReads, TicketRecord, TicketWrites } from '#server/core/ports.js'
import { METHODS, REASONS, STATUSES } from '#shared/ticket.js'
import type { Dialect } from './dialect.js'
import { NO_DEVICE, readRow } from './rows.js'
import { type Bind, firstRow, type Row, type Sql } from './sql.js'

/** Column and key of what a move may set. */
const MOVABLE = [
  ['status', 'status'],
  ['expires_at', 'expiresAt'],
  ['phone_hash', 'phoneHash'],
  ['proof', 'proof'],
  ['scanned_by', 'scannedBy'],
  ['explicit', 'explicit'],
  ['match_tries', 'matchTries'],
  ['account_id', 'accountId'],
  ['reason', 'reason'],
  ['attempt_hash', 'attemptHash'],
  ['redeemed_at', 'redeemedAt'],
  ['code', 'code'],
] as const satisfies readonly (readonly [string, keyof TicketPatch])[]
const FIXED = ['id', 'method', 'app_key', 'version', 'created_at', 'return_to', 'device'] as const
export const TICKET_COLUMNS = [...FIXED, ...MOVABLE.map(([column]) => column)]

const UNATTENDED = `SELECT * FROM tickets
  WHERE method = $method AND status IN ('pending', 'scanned') AND expires_at > $now
    AND (lease_until IS NULL OR lease_until <= $now) AND (code IS NULL OR method = 'sdk')
  ORDER BY expires_at LIMIT 100`
const OPEN = `SELECT COUNT(*) AS open FROM tickets
  WHERE expires_at > $now AND expires_at <= $until AND status IN ('pending', 'scanned')`
const LEASE = `UPDATE tickets SET lease_holder = $holder, lease_until = $until
  WHERE id = $id AND (lease_holder = $holder OR lease_until IS NULL OR lease_until <= $now)`
const RELEASE = 'UPDATE tickets SET lease_holder = NULL, lease_until = NULL WHERE'
const LEASED = 'SELECT id FROM tickets WHERE id = $id AND lease_holder = $holder AND lease_until = $until'

/** Committed tickets, or those of a transaction: whatever `sql` sees. */
export function createTicketReads(sql: Sql, dialect: Dialect): TicketReads {
  const byId = `SELECT * FROM tickets WHERE id = $id`
  const byIds = `SELECT * FROM tickets WHERE ${dialect.among('id', 'ids')}`
  return {
    async find(id) {
      const row = await firstRow(sql, byId, { id })
      return row && toTicket(row)
    },
    async findMany(ids) {
      if (ids.length === 0) return []
      return (await sql.rows(byIds, { ids: JSON.stringify(ids) })).map(toTicket)
    },
    async countOpen(now, until) {
      return Number((await firstRow(sql, OPEN, { now, until }))?.open ?? 0)
    },
    async unattended(method, now) {
      return (await sql.rows(UNATTENDED, { method, now })).map(toTicket)
    },
  }
}

/** Tickets inside a transaction. */
export function createTickets(sql: Sql, dialect: Dialect): TicketReads & TicketWrites {
  const reads = createTicketReads(sql, dialect)
  const insert = dialect.insertIgnore('tickets', TICKET_COLUMNS, ['id'])
  const ofAccounts = dialect.among('account_id', 'ids')
  return {
    ...reads,
    async insert(record) {
      return (await sql.run(insert, ticketRow(record))) === 1
    },
    async move(id, guard, patch) {
      if (guard.status.length === 0) return null
      const changed = patchRow(patch)
      const condition = guardCondition(guard)
      const set = Object.keys(changed).map((column) => `${column} = $${column}, `)
      const text = `UPDATE tickets SET ${set.join('')}version = version + 1 WHERE id = $id AND ${condition.text}`
      const moved = await sql.run(text, { ...changed, ...condition.bind, id })
      return moved === 1 ? reads.find(id) : null
    },
    async lease(id, holder, now, until) {
      if ((await sql.run(LEASE, { id, holder, now, until })) === 1) return true
      // MariaDB counts rows that changed: a lease renewed to the same end is none of them.
      return (await firstRow(sql, LEASED, { id, holder, until })) !== null
    },
    async ofAccounts(accountIds) {
      return (await sql.rows(`SELECT * FROM tickets WHERE ${ofAccounts}`, { ids: JSON.stringify(accountIds) })).map(
        toTicket,
      )
    },
    async proving() {
      return (await sql.rows('SELECT * FROM tickets WHERE proof IS NOT NULL')).map(toTicket)
    },
    async forgetScanner(accountIds) {
      await sql.run(`UPDATE tickets SET scanned_by = NULL WHERE ${ofAccounts}`, { ids: JSON.stringify(accountIds) })
    },
    async forgetPeople(ids) {
      const text = `UPDATE tickets SET proof = NULL, scanned_by = NULL, device = $device WHERE ${dialect.among('id', 'ids')}`
      await sql.run(text, { ids: JSON.stringify(ids), device: NO_DEVICE })
    },
    async releaseLeases(holder) {
      if (holder === null) await sql.run(`${RELEASE} lease_holder IS NOT NULL`)
      else await sql.run(`${RELEASE} lease_holder = $holder`, { holder })
    },
  }
}

function guardCondition(guard: TicketGuard): { text: string; bind: Bind } {
  const statuses = guard.status.map((status, index) => [`guard_status_${index}`, status] as const)
  const bind: Record<string, string | number> = Object.fromEntries(statuses)
  const parts = [`status IN (${statuses.map(([name]) => `$${name}`).join(', ')})`]
  const also = (condition: string, name: string, value: string | number | undefined) => {
    if (value === undefined) return
    parts.push(`${condition} $${name}`)
    bind[name] = value
  }
  also('expires_at >', 'guard_alive_at', guard.aliveAt)
  also('expires_at <=', 'guard_overdue_at', guard.overdueAt)
  also('version =', 'guard_version', guard.version)
  if (guard.phoneHash === null) parts.push('phone_hash IS NULL')
  else also('phone_hash =', 'guard_phone_hash', guard.phoneHash)
  return { text: parts.join(' AND '), bind }
}

/** The columns that a patch names, and only those. */
function patchRow(patch: TicketPatch): Bind {
  const row: Record<string, string | number | null> = {}
  for (const [column, key] of MOVABLE) {
    const value = patch[key]
    if (value !== undefined) row[column] = encode(value)
  }
  return row
}

function encode(value: string | number | boolean | object | null): string | number | null {
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

/** The columns of a ticket. */
export function ticketRow(record: TicketRecord): Bind {
  return {
    id: record.id,
    method: record.method,
    app_key: record.appKey,
    version: record.version,
    created_at: record.createdAt,
    return_to: record.returnTo,
    device: JSON.stringify(record.device),
    status: record.status,
    expires_at: record.expiresAt,
    phone_hash: record.phoneHash,
    proof: encode(record.proof),
    scanned_by: encode(record.scannedBy),
    explicit: encode(record.explicit),
    match_tries: record.matchTries,
    account_id: record.accountId,
    reason: record.reason,
    attempt_hash: record.attemptHash,
    redeemed_at: record.redeemedAt,
    code: encode(record.code),
  } satisfies Record<(typeof TICKET_COLUMNS)[number], string | number | null>
}

/** @throws RowError */
export function toTicket(row: Row): TicketRecord {
  const read = readRow('tickets', row)
  return {
    id: read.text('id'),
    method: read.oneOf('method', METHODS),
    appKey: read.text('app_key'),
    status: read.oneOf('status', STATUSES),
    version: read.integer('version'),
    createdAt: read.integer('created_at'),
    expiresAt: read.integer('expires_at'),
    returnTo: read.text('return_to'),
    device: read.device('device'),
    phoneHash: read.textOrNull('phone_hash'),
    proof: read.proofOrNull('proof'),
    scannedBy: read.profileOrNull('scanned_by'),
    explicit: read.flag('explicit'),
    matchTries: read.integer('match_tries'),
    accountId: read.textOrNull('account_id'),
    reason: read.oneOfOrNull('reason', REASONS),
    attemptHash: read.textOrNull('attempt_hash'),
    redeemedAt: read.integerOrNull('redeemed_at'),
    code: read.codeOrNull('code'),
  }
}
