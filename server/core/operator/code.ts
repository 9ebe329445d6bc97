// The one-time code that makes the first operator: shown where only whoever runs the service looks, claimed by an account
// that is signed in. In the database it is a hash.
import { timingSafeEqual } from 'node:crypto'
import { holdAccount, resolveAccount } from '../account/account.js'
import { operator, person } from '../audit.js'
import { AppError } from '../errors.js'
import { sha256 } from '../keyring.js'
import type { Device, Random, SessionRecord, Store, Who } from '../ports.js'
import { inTransaction } from '../transaction.js'

export const CODE_LIFE_MS = 24 * 3_600_000

/** What can be read aloud and typed: no letter that looks like a digit. 32 of them, so that each is five bits. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const LETTERS = 20
const GROUP = 5

export interface IssuedCode {
  /** `XXXXX-XXXXX-XXXXX-XXXXX`, 100 bits. It is told once and stands nowhere. */
  readonly code: string
  readonly expiresAt: number
}

/** Makes a code that is good for a day, or until any code is claimed. @param who on whose machine it is shown */
export async function issueCode(
  store: Store,
  random: Random,
  now: number,
  who: Who = operator(null),
): Promise<IssuedCode> {
  const letters = [...random(LETTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
  const code = letters.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? letters
  const expiresAt = now + CODE_LIFE_MS
  await inTransaction(store, async (tx) => {
    await tx.operators.putCode({ hash: hashOf(code), expiresAt }, now)
    await tx.audit.append({ act: 'operator_code_made', at: now, who })
  })
  return { code, expiresAt }
}

/** The same unless somebody operates already who can log in. */
export async function firstCode(store: Store, random: Random, now: number): Promise<IssuedCode | null> {
  const operators = await store.read.operators.list()
  const people = await Promise.all(operators.map(({ accountId }) => resolveAccount(store.read, accountId)))
  return people.some((one) => one?.status === 'active') ? null : issueCode(store, random, now)
}

/** Whether there is a code that could be claimed now. */
export async function mayClaim(store: Pick<Store, 'read'>, now: number): Promise<boolean> {
  return (await store.read.operators.codes(now)).length > 0
}

/**
 * Makes the account of this session an operator. Of many who claim one code, one has it.
 * @throws AppError `not_found`, as whoever is no operator always hears: mistyped, made up, used, or too old; `signed_out`
 */
export async function claimCode(
  store: Store,
  session: SessionRecord,
  typed: string,
  now: number,
  from: Device,
): Promise<void> {
  const hash = hashOf(typed)
  await inTransaction(store, async (tx) => {
    const account = await holdAccount(tx, session.accountId)
    if (account?.status !== 'active') throw new AppError('signed_out')
    const given = Buffer.from(hash)
    // Every code is compared in full: how long it takes tells nothing of how near a guess was.
    const good = (await tx.operators.codes(now)).filter((code) => timingSafeEqual(Buffer.from(code), given))
    if (good.length === 0 || !(await tx.operators.useCode(hash, now))) throw new AppError('not_found')
    await tx.operators.grant({ accountId: account.id, grantedAt: now, grantedBy: null })
    await tx.audit.append({
      act: 'operator_granted',
      at: now,
      who: person(from),
      accountId: account.id,
      reason: 'code',
    })
  })
}

/** As people type it: in small letters, with other dashes or none. */
function hashOf(typed: string): string {
  return sha256(`saoma/operator-code/${typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, '')}`)
}
