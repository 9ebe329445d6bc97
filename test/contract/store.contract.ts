// What every store promises, one suite a port. A database that passes may stand behind the rules.
import { afterAll, beforeAll, describe } from 'vitest'
import type { Clock, Store } from '#server/core/ports.js'
import { accountContract } from './accounts.contract.js'
import { auditContract } from './audit.contract.js'
import { callbackContract } from './callbacks.contract.js'
import { consentContract } from './consents.contract.js'
import { identityContract } from './identities.contract.js'
import { leaseContract } from './leases.contract.js'
import { operatorContract } from './operators.contract.js'
import { pushContract } from './pushes.contract.js'
import { NOW } from './records.js'
import { sessionContract } from './sessions.contract.js'
import { ticketContract } from './tickets.contract.js'
import { transactionContract } from './transactions.contract.js'
import { vaultContract } from './vault.contract.js'

export interface OpenStore {
  readonly store: Store
  close(): Promise<void>
}

/** Registers the suites. `open` gives a migrated, empty store whose time is `clock`. */
export function storeContract(name: string, open: (clock: Clock) => Promise<OpenStore>): void {
  describe(`the store contract on ${name}`, () => {
    let opened: OpenStore
    beforeAll(async () => {
      opened = await open(() => NOW)
    })
    afterAll(() => opened.close())
    const store = () => opened.store
    describe('transactions', () => transactionContract(store))
    describe('tickets', () => ticketContract(store))
    describe('leases', () => leaseContract(store))
    describe('callbacks', () => callbackContract(store))
    describe('accounts', () => accountContract(store))
    describe('identities', () => identityContract(store))
    describe('sessions', () => sessionContract(store))
    describe('the vault', () => vaultContract(store))
    describe('pushes', () => pushContract(store))
    describe('the audit trail', () => auditContract(store))
    describe('consents', () => consentContract(store))
    describe('operators', () => operatorContract(store))
  })
}
