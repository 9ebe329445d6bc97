// Whether somebody has agreed to the site's agreement as it is today. It is looked up before the transaction in which it
// matters: a consent that was there is not taken back by anything but the end of its account. Whose account is not known by
// then, or is made in it, has agreed to nothing.
import type { Proof, Reads, Tx } from '../ports.js'
import { accountOfProof, resolveAccount } from './account.js'

export interface Agreement {
  readonly store: { readonly read: Reads }
  /** The version that people have to agree to; null: they are asked nothing. */
  readonly agreementVersion: string | null
}

/** The version that this account has still to agree to; null when it has, or nobody has to. */
export async function consentDue({ store, agreementVersion }: Agreement, accountId: string): Promise<string | null> {
  if (agreementVersion === null) return null
  const account = await resolveAccount(store.read, accountId)
  const given = account && (await store.read.consents.given(account.id, agreementVersion))
  return given ? null : agreementVersion
}

/** The same for whoever is proven, an account or not: a stranger has agreed to nothing. Writes nothing. */
export async function consentDueBy(agreement: Agreement, proof: Proof): Promise<string | null> {
  if (agreement.agreementVersion === null) return null
  const accountId = await accountOfProof(agreement.store.read, proof)
  return accountId === null ? agreement.agreementVersion : consentDue(agreement, accountId)
}

/** What a person says they have agreed to, beside what they have to. */
export interface Asked {
  readonly due: string | null
  readonly given: string | undefined
}

/** True while the person has to be asked first. A consent to another version than today's is none. */
export function lacksConsent({ due, given }: Asked): boolean {
  return due !== null && given !== due
}

/** Records what was just agreed to, in the commit that it was demanded for. */
export async function noteConsent(
  tx: Pick<Tx, 'consents'>,
  { due }: Asked,
  by: Pick<Parameters<Tx['consents']['insert']>[0], 'accountId' | 'givenAt' | 'method' | 'appKey'>,
): Promise<void> {
  if (due !== null) await tx.consents.insert({ ...by, version: due })
}
