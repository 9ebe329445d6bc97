// What the one process that owns a SQLite file knows of it, and what it is about to write: transactions work here, and
// what a whole group of them has changed reaches the database by one statement.
import type {
  AccountRecord,
  AuditEntry,
  CallbackRecord,
  IdentityRecord,
  SessionRecord,
  TicketRecord,
} from '#server/core/ports.js'
import { ACCOUNT_COLUMNS, accountRow } from '../accounts.js'
import { AUDIT_COLUMNS, entryRow } from '../audit.js'
import { CALLBACK_COLUMNS, callbackRow } from '../callbacks.js'
import { IDENTITY_COLUMNS, identityRow, UNIONID_COLUMNS } from '../identities.js'
import { SESSION_COLUMNS, sessionRow } from '../sessions.js'
import type { Sql } from '../sql.js'
import { TICKET_COLUMNS, ticketRow } from '../tickets.js'
import type { Pending } from '../writer.js'
import { createForesight } from './foresee.js'
import { createGroupWrite, partOf, type Table } from './group-write.js'
import { Layers } from './layers.js'

export interface UnionidRow {
  readonly platform: string
  readonly unionid: string
  readonly accountId: string
}

export interface Workspace extends Pending {
  readonly tickets: Layers<TicketRecord>
  /** By the state's hash. */
  readonly callbacks: Layers<CallbackRecord>
  /** The state's hash by the code's. */
  readonly codes: Layers<string>
  /** How many callbacks a ticket has. */
  readonly counts: Layers<number>
  readonly accounts: Layers<AccountRecord>
  /** By `pair(appid, openid)`. */
  readonly identities: Layers<IdentityRecord>
  /** By `pair(platform, unionid)`. */
  readonly unionids: Layers<UnionidRow>
  /** The unionid by `pair(platform, accountId)`. */
  readonly held: Layers<string>
  /** By their hash: living ones that were never given another id, and null for a hash that was never used. */
  readonly sessions: Layers<SessionRecord>
  /** The job that runs has done this. */
  append(entry: AuditEntry): void
  /** Somebody else may have changed anything. */
  forgetAll(): void
}

type Whose = 'group' | 'job'

const AUDIT: Table<AuditEntry> = { name: 'audit', columns: AUDIT_COLUMNS, key: null, toRow: entryRow }

const unionidRow = ({ platform, unionid, accountId }: UnionidRow) => ({ platform, unionid, account_id: accountId })

/** A lease is in no record: whoever changes one changes nothing that is remembered. */
const CHANGES = /^(?:UPDATE|DELETE FROM|INSERT INTO) (?!tickets SET lease_)(\w+)/

/**
 * @param sql the writer's handle
 * @param version hears which version of the file the group that begins sees
 */
export function createWorkspace(sql: Sql, version: (current: number) => void): Workspace {
  const tickets = new Layers<TicketRecord>()
  const callbacks = new Layers<CallbackRecord>()
  const codes = new Layers<string>()
  const counts = new Layers<number>()
  const accounts = new Layers<AccountRecord>()
  const identities = new Layers<IdentityRecord>()
  const unionids = new Layers<UnionidRow>()
  const held = new Layers<string>()
  const sessions = new Layers<SessionRecord>()
  const all = [tickets, callbacks, codes, counts, accounts, identities, unionids, held, sessions]
  const audit = { group: [] as AuditEntry[], job: [] as AuditEntry[] }

  const ofTable: Readonly<Record<string, readonly { bypass(): void }[]>> = {
    tickets: [tickets],
    callbacks: [callbacks, codes, counts],
    accounts: [accounts],
    identities: [identities],
    unionids: [unionids, held],
    sessions: [sessions],
  }
  // Whom a foreign key names comes first.
  const writers = [
    writerOf(accounts, { name: 'accounts', columns: ACCOUNT_COLUMNS, key: ['id'], toRow: accountRow }),
    writerOf(unionids, { name: 'unionids', columns: UNIONID_COLUMNS, key: null, toRow: unionidRow }),
    writerOf(identities, {
      ...{ name: 'identities', columns: IDENTITY_COLUMNS },
      ...{ key: ['appid', 'openid'], toRow: identityRow },
    }),
    writerOf(tickets, { name: 'tickets', columns: TICKET_COLUMNS, key: ['id'], toRow: ticketRow }),
    writerOf(callbacks, { name: 'callbacks', columns: CALLBACK_COLUMNS, key: ['state_hash'], toRow: callbackRow }),
    writerOf(sessions, { name: 'sessions', columns: SESSION_COLUMNS, key: null, toRow: sessionRow }),
    {
      table: AUDIT,
      take: (whose: Whose) => partOf(AUDIT, { added: [], changed: audit[whose].splice(0) }),
    },
  ]
  const groupWrite = createGroupWrite(
    sql,
    writers.map(({ table }) => table),
  )

  function writerOf<V>(layers: Layers<V>, table: Table<V>) {
    return { table, take: (whose: Whose) => partOf(table, layers.takeDirty(whose)) }
  }

  const layers = { tickets, callbacks, codes, counts, accounts, identities, unionids, held, sessions }
  return {
    ...layers,
    begin: createForesight(sql, layers, version),
    append: (entry) => void audit.job.push(entry),
    flush: (whose) => groupWrite.write(writers.map(({ take }) => take(whose))),
    changed(text) {
      const table = CHANGES.exec(text.trimStart())?.[1]
      for (const layers of (table && ofTable[table]) || []) layers.bypass()
    },
    endJob(kept) {
      for (const layers of all) layers.endJob(kept)
      if (!kept) groupWrite.rolledBack()
      if (kept) audit.group.push(...audit.job)
      audit.job.length = 0
    },
    endGroup(committed) {
      for (const layers of all) layers.endGroup(committed)
      if (!committed) groupWrite.rolledBack()
      audit.group.length = 0
    },
    forgetAll() {
      for (const layers of all) layers.forget()
    },
  }
}
