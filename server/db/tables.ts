// The ports over one connection: committed reads, and everything inside a transaction.
import type { Clock, Reads, Tx } from '#server/core/ports.js'
import type { SessionLimits } from '#server/core/session/session.js'
import { createAccountReads, createAccounts } from './accounts.js'
import { createAudit, createAuditReads } from './audit.js'
import type { Note } from './audit-log.js'
import { createCallbackReads, createCallbacks } from './callbacks.js'
import { createConsentReads, createConsents } from './consents.js'
import type { Dialect } from './dialect.js'
import { createIdentities, createIdentityReads } from './identities.js'
import { createLiving } from './living.js'
import { createOperatorReads, createOperators } from './operators.js'
import { createPushes } from './pushes.js'
import { createSessionReads, createSessions } from './sessions.js'
import type { Sql } from './sql.js'
import { createTicketReads, createTickets } from './tickets.js'
import { createVault, createVaultReads } from './vault.js'

/** What can be read through `sql`. */
export function createReads(sql: Sql, dialect: Dialect, limits: SessionLimits): Reads {
  return {
    tickets: createTicketReads(sql, dialect),
    callbacks: createCallbackReads(sql),
    identities: createIdentityReads(sql),
    accounts: createAccountReads(sql, dialect),
    sessions: createSessionReads(sql, dialect, createLiving(limits)),
    vault: createVaultReads(sql),
    audit: createAuditReads(sql, dialect),
    consents: createConsentReads(sql),
    operators: createOperatorReads(sql),
  }
}

/** What can be read and written through `sql`, which is a transaction's. @param note hears of what is recorded */
export function createTx(sql: Sql, dialect: Dialect, clock: Clock, limits: SessionLimits, note: Note): Tx {
  const living = createLiving(limits)
  return {
    tickets: createTickets(sql, dialect),
    callbacks: createCallbacks(sql, dialect),
    identities: createIdentities(sql, dialect, clock, living),
    accounts: createAccounts(sql, dialect),
    sessions: createSessions(sql, dialect, living),
    vault: createVault(sql, dialect),
    pushes: createPushes(sql, dialect),
    audit: createAudit(sql, dialect, note),
    consents: createConsents(sql, dialect),
    operators: createOperators(sql, dialect),
  }
}
