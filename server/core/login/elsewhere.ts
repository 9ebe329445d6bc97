// Whether a login comes from another part of the world than this person's logins do. It is only a word of warning: who is right is
// decided by the person, who knows where they are.
import { accountOfProof } from '../account/account.js'
import { ownLogins } from '../account/logins.js'
import type { TicketRecord } from '../ports.js'
import type { LoginContext } from './context.js'

/** What `PlaceOf` puts between the parts of a place, the largest first: `中国 · 浙江 · 杭州`. */
export const PLACE_PARTS = ' · '
/** Fewer earlier logins say nothing of what is usual. */
const KNOWN_AT_LEAST = 3
/** So many are looked at: who moves is warned until their new home is among them, which is after one login. */
const LOOKED_AT = 20

/**
 * True when enough is known of earlier places and none of them is in the same region. Networks are not compared: phones and
 * offices change them all day, and a warning that is mostly wrong is not read when it is right.
 * @param earlier where the person was before, newest first; null where nobody knows
 */
export function isUnusual(place: string | null, earlier: readonly (string | null)[]): boolean {
  if (place === null) return false
  const known = earlier.filter((one) => one !== null).map(regionOf)
  return known.length >= KNOWN_AT_LEAST && !known.includes(regionOf(place))
}

/** Country and region, without the town: those who commute between two towns are not warned. */
function regionOf(place: string): string {
  return place.split(PLACE_PARTS).slice(0, 2).join(PLACE_PARTS)
}

/** Whether the machine that waits for this ticket is elsewhere than its person's earlier logins. */
export async function isElsewhere(context: LoginContext, { proof, device }: TicketRecord): Promise<boolean> {
  const { placeOf, store } = context
  if (!placeOf || !proof || device.place === null) return false
  const { read } = store
  const accountId = await accountOfProof(read, proof)
  if (accountId === null) return false
  const logins = await ownLogins(read, accountId, LOOKED_AT)
  return isUnusual(
    device.place,
    logins.map(({ address }) => (address === null ? null : placeOf(address))),
  )
}
