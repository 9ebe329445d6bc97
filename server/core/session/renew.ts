// A session that moved to another account gets a new id at its next use. The new id is derived from the old one, so that
// requests of one browser that cross each other are all led to the same, and neither has to be stored.
import type { Keyring } from '../keyring.js'
import type { SessionRecord } from '../ports.js'
import { sessionHash } from './session.js'

/** So long the old id still counts once its browser has come with the new one: for requests that were under way. */
export const RENEWAL_GRACE_MS = 60_000

/**
 * What a browser's coming with an id asks for. `begin`: a new id is due. `again`: the browser is to be told its new id
 * once more, for the last answer may have been lost. `take`: it comes with the new id for the first time.
 */
export type RenewalStep = 'begin' | 'again' | 'take' | null

/**
 * @param claimedHash of the id that the browser came with; the record was found by it
 * Bearer tokens stay: a program could not be told of another one without being logged out by the first lost answer.
 */
export function renewalStep({ kind, renewal }: SessionRecord, claimedHash: string, now: number): RenewalStep {
  if (kind !== 'browser' || renewal === null) return null
  const { due, previousHash, takenAt } = renewal
  if (previousHash === claimedHash) return 'again'
  if (previousHash !== null && takenAt === null) return 'take'
  const settled = takenAt === null || takenAt + RENEWAL_GRACE_MS <= now
  return due && settled ? 'begin' : null
}

/** The id that follows on `sessionId`: 256 bits that only the server's key and the old id together can produce. */
export function successorOf(keyring: Keyring, sessionId: string, keyIndex = 0): string {
  return keyring.mac('session', Buffer.from(JSON.stringify(['renew', sessionId])), keyIndex).toString('base64url')
}

/** The successor that is stored as `hash`, by whichever key it was made. Null when that key is gone. */
export function knownSuccessor(keyring: Keyring, sessionId: string, hash: string): string | null {
  for (let index = 0; index < keyring.size; index++) {
    const successor = successorOf(keyring, sessionId, index)
    if (sessionHash(successor) === hash) return successor
  }
  return null
}
