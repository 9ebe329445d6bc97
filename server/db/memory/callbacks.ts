// Callbacks of a transaction, in memory: the unique keys on state and code are looked up instead of violated.
import type { CallbackReads, CallbackRecord, CallbackWrites } from '#server/core/ports.js'
import { toCallback } from '../callbacks.js'
import { type Job, over, peekRow } from './job.js'

/** @returns the port, as one job sees it */
export function createCallbacks({ workspace, sql, cold }: Job): CallbackReads & CallbackWrites {
  const { callbacks, codes, counts } = workspace

  async function find(stateHash: string): Promise<CallbackRecord | null> {
    sql.alive()
    const known = callbacks.get(stateHash)
    if (known !== undefined) return known
    const row = await peekRow(sql, 'SELECT * FROM callbacks WHERE state_hash = $stateHash', { stateHash })
    const record = row && toCallback(row)
    callbacks.learn(stateHash, record)
    return record
  }

  async function usedCode(codeHash: string): Promise<boolean> {
    const known = codes.get(codeHash)
    if (known !== undefined) return known !== null
    const row = await peekRow(sql, 'SELECT state_hash FROM callbacks WHERE code_hash = $codeHash', { codeHash })
    codes.learn(codeHash, row && String(row.state_hash))
    return row !== null
  }

  async function count(ticketId: string): Promise<number> {
    sql.alive()
    const known = counts.get(ticketId)
    if (known !== undefined) return known ?? 0
    const text = 'SELECT COUNT(*) AS used FROM callbacks WHERE ticket_id = $ticketId'
    const used = Number((await peekRow(sql, text, { ticketId }))?.used ?? 0)
    counts.learn(ticketId, used)
    return used
  }

  const hot: Pick<CallbackReads & CallbackWrites, 'find' | 'count' | 'claim' | 'finish' | 'beat'> = {
    find,
    count,
    async claim(record) {
      const used = await count(record.ticketId)
      if ((await find(record.stateHash)) !== null) return false
      if (record.codeHash !== null && (await usedCode(record.codeHash))) return false
      callbacks.put(record.stateHash, record)
      if (record.codeHash !== null) codes.put(record.codeHash, record.stateHash, true)
      counts.put(record.ticketId, used + 1, true)
      return true
    },
    async finish(stateHash, outcome) {
      const record = await find(stateHash)
      if (record === null || record.outcome !== null) return false
      callbacks.put(stateHash, { ...record, outcome: { status: outcome.status, reason: outcome.reason } })
      return true
    },
    async beat(stateHashes) {
      for (const stateHash of new Set(stateHashes)) {
        const record = await find(stateHash)
        if (record !== null) callbacks.put(stateHash, { ...record, beat: record.beat + 1 })
      }
    },
  }
  return over(hot, () => cold().callbacks)
}
