// Tickets of a transaction, in memory. The rules are those of the SQL beside this folder: one move, one winner.
import type { TicketGuard, TicketReads, TicketRecord, TicketWrites } from '#server/core/ports.js'
import { toTicket } from '../tickets.js'
import { type Job, over, peekRow } from './job.js'

/** @returns the port, as one job sees it */
export function createTickets({ workspace: { tickets }, sql, cold }: Job): TicketReads & TicketWrites {
  const find = async (id: string): Promise<TicketRecord | null> => {
    sql.alive()
    const known = tickets.get(id)
    if (known !== undefined) return known
    const row = await peekRow(sql, 'SELECT * FROM tickets WHERE id = $id', { id })
    const record = row && toTicket(row)
    tickets.learn(id, record)
    return record
  }
  const hot: Pick<TicketReads & TicketWrites, 'find' | 'insert' | 'move'> = {
    find,
    async insert(record) {
      if ((await find(record.id)) !== null) return false
      tickets.put(record.id, record)
      return true
    },
    async move(id, guard, patch) {
      const record = await find(id)
      if (record === null || !holds(guard, record)) return null
      const moved = { ...record, ...defined(patch), version: record.version + 1 }
      tickets.put(id, moved)
      return moved
    },
  }
  return over(hot, () => cold().tickets)
}

/** Whether a guard lets this ticket move. */
function holds({ status, aliveAt, overdueAt, phoneHash, version }: TicketGuard, record: TicketRecord): boolean {
  return (
    status.includes(record.status) &&
    (aliveAt === undefined || record.expiresAt > aliveAt) &&
    (overdueAt === undefined || record.expiresAt <= overdueAt) &&
    (phoneHash === undefined || record.phoneHash === phoneHash) &&
    (version === undefined || record.version === version)
  )
}

/** What a patch names, and only that. */
function defined<T extends object>(patch: T): Partial<T> {
  return Object.values(patch).includes(undefined)
    ? (Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<T>)
    : patch
}
