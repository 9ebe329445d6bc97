// The phone's way in for `relay` and `scene`: the link in our code, or in the answer to a scan. Opening it proves nothing and changes nothing: crawlers open links.
import { AppError } from '../errors.js'
import { sha256 } from '../keyring.js'
import { endOfUnheard } from '../ticket/lifetime.js'
import type { TicketClaims } from '../ticket/ticket-id.js'
import { appOf, callbackUrl, type LoginContext } from './context.js'
import { lookUp, settle } from './watch.js'

export type PhoneEntry =
  /** WeChat must say who holds the phone: go there. Silent for the person. */
  | { readonly kind: 'authorize'; readonly url: string }
  /** This phone has already been through that: go to the confirm page. */
  | { readonly kind: 'confirm' }

/**
 * What a phone that opens `/t/:id` does next.
 * @param secret the phone's own secret, already set as its cookie.
 * @throws AppError `ticket_unknown`, `ticket_not_attached`, `ticket_expired`, `ticket_over`, `scanned_elsewhere`
 */
export async function openOnPhone(context: LoginContext, ticketId: string, secret: string): Promise<PhoneEntry> {
  const claims = context.ticketIds.read(ticketId)
  if (claims?.method !== 'relay' && claims?.method !== 'scene') throw new AppError('ticket_unknown')
  const { stored, now } = await lookUp(context, claims)
  if (!stored) throw new AppError(endOfUnheard(claims) <= now ? 'ticket_expired' : 'ticket_not_attached')
  const record = await settle(context, stored)
  const mine = record.phoneHash === sha256(secret)
  if (record.phoneHash !== null && !mine) throw new AppError('scanned_elsewhere')
  if (record.status === 'expired') throw new AppError('ticket_expired')
  if (mine) return { kind: 'confirm' }
  // In `scene` the link was in the answer to a scan, so there has been one.
  const open = claims.method === 'relay' ? 'pending' : 'scanned'
  if (record.status !== open) throw new AppError(record.status === 'pending' ? 'ticket_unknown' : 'ticket_over')
  return { kind: 'authorize', url: authorizeUrl(context, claims, secret, 'base') }
}

/** WeChat's page for this ticket, with a state that only this phone can bring back. */
export function authorizeUrl(
  context: LoginContext,
  claims: TicketClaims,
  secret: string,
  consent: 'base' | 'explicit',
): string {
  const app = appOf(context, claims)
  return context.platform.authorizeUrl(app, {
    redirectUri: callbackUrl(context, app),
    scope: consent === 'base' ? 'snsapi_base' : 'snsapi_userinfo',
    state: context.states.mint(`${claims.method === 'scene' ? 'scene' : 'relay'}_${consent}`, claims, secret),
  })
}
