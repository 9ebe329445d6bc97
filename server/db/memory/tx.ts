// The ports of one transaction on SQLite: worked out in memory where logins are many, statements for all the rest.
import type { AuditReads, AuditWrites, Clock, Tx } from '#server/core/ports.js'
import type { SessionLimits } from '#server/core/session/session.js'
import { toEntry } from '../audit.js'
import type { Note } from '../audit-log.js'
import { sqliteDialect } from '../dialect.js'
import { createTx } from '../tables.js'
import type { JobSql } from '../writer.js'
import { createCallbacks } from './callbacks.js'
import type { Job } from './job.js'
import { createAccounts, createIdentities } from './people.js'
import { createSessions } from './sessions.js'
import { createTickets } from './tickets.js'
import type { Workspace } from './workspace.js'

/** What makes the ports of a job. @param note hears of what is recorded */
export function createMemoryTx(workspace: Workspace, clock: Clock, limits: SessionLimits) {
  return (sql: JobSql, note: Note): Tx => {
    const cold = once(() => createTx(sql, sqliteDialect, clock, limits, note))
    const job: Job = { workspace, sql, cold }
    return lazily<Tx>({
      tickets: () => createTickets(job),
      callbacks: () => createCallbacks(job),
      identities: () => createIdentities(job),
      accounts: () => createAccounts(job),
      sessions: () => createSessions(job, limits),
      vault: () => cold().vault,
      pushes: () => cold().pushes,
      audit: () => createAudit(job, note),
      consents: () => cold().consents,
      operators: () => cold().operators,
    })
  }
}

function createAudit({ workspace, sql, cold }: Job, note: Note): AuditReads & AuditWrites {
  return {
    async append(fresh) {
      sql.alive()
      const entry = toEntry(fresh)
      workspace.append(entry)
      note(entry)
    },
    forgetMachines: (accountIds) => cold().audit.forgetMachines(accountIds),
    loginsOf: (accountIds, limit) => cold().audit.loginsOf(accountIds, limit),
    ofAccounts: (accountIds, limit) => cold().audit.ofAccounts(accountIds, limit),
    latest: (limit) => cold().audit.latest(limit),
    page: (limit, after) => cold().audit.page(limit, after),
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** An object whose properties are made when first asked for: a transaction uses two or three of these ports. */
function lazily<T extends object>(make: { readonly [Name in keyof T]: () => T[Name] }): T {
  const made: Partial<T> = {}
  return new Proxy(made, {
    get(_, name) {
      const key = name as keyof T
      made[key] ??= make[key]?.()
      return made[key]
    },
  }) as T
}
