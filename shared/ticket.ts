// What a page may know of a login attempt. Nothing in here is worth stealing: it travels over sockets and polls.
import * as z from 'zod/mini'

/**
 * How a ticket reaches WeChat. `website`: WeChat's own QR page. `relay`: our QR and our confirm page on the phone.
 * `official`: the page is open inside WeChat already. `sdk`: WeChat's code, drawn by us, for desktop programs. `scene`: an
 * Official Account's code, whose reply leads to our confirm page.
 */
export const METHODS = ['website', 'relay', 'official', 'sdk', 'scene'] as const
export type Method = (typeof METHODS)[number]

/** Statuses only move forward: pending → scanned → confirmed → redeemed, or to one of the three other ends. */
export const STATUSES = ['pending', 'scanned', 'confirmed', 'redeemed', 'denied', 'expired', 'failed'] as const
export type TicketStatus = (typeof STATUSES)[number]

/** A ticket in one of these will never change again. `confirmed` is not final: the browser still has to redeem it. */
export const FINAL_STATUSES = ['redeemed', 'denied', 'expired', 'failed'] as const satisfies readonly TicketStatus[]

/** True when no further change can come for a ticket of this status. */
export function isFinal(status: TicketStatus): boolean {
  return (FINAL_STATUSES as readonly TicketStatus[]).includes(status)
}

/** Why a ticket ended where it did. The sentences people read are the web client's. */
export const REASONS = [
  'refused_on_phone', // denied: the person pressed refuse, on our page or on WeChat's
  'cancelled', // expired: the page that began it gave it up
  'match_number_wrong', // failed: three wrong numbers
  'needs_attention', // failed: this openid is tied to another unionid; an operator has to look
  'refused_by_wechat', // failed: WeChat itself does not let this person sign in
  'account_disabled', // failed: an operator disabled the account
  'account_changed', // failed: the account was deleted, or a merge undone, before the page collected the login
  'scanned_elsewhere', // failed, as one phone's callback sees it: another phone was first
  'snapshot_user', // failed: WeChat showed its snapshot page, whose person is not real
  'explicit_required', // failed: `official` asked silently about a stranger; WeChat has to ask the person now
  'consent_required', // failed: an app brought a code without the person's consent to the site's agreement
  'interrupted', // failed: the server stopped while WeChat was being asked; scan again
  'code_rejected', // failed: WeChat did not accept the code (expired, used, of another app)
  'platform_unreachable', // failed: WeChat did not answer in time
  'platform_busy', // failed: WeChat asks us to slow down
  'misconfigured', // failed: appid, secret or permission is wrong; the operator's log says which
] as const
export type Reason = (typeof REASONS)[number]

export const PersonView = z.object({ nickname: z.string(), avatarUrl: z.string() })
/** Who scanned: `nickname` and `avatarUrl` are cleaned text, either may be empty. */
export type PersonView = z.infer<typeof PersonView>

export const Ticket = z.object({
  id: z.string(),
  method: z.enum(METHODS),
  status: z.enum(STATUSES),
  version: z.number(),
  expiresAt: z.number(),
  serverTime: z.number(),
  scannedBy: z.nullable(PersonView),
  reason: z.nullable(z.enum(REASONS)),
})
/** Times are epoch milliseconds; count down from `expiresAt - serverTime`, never from the visitor's clock. */
export type Ticket = z.infer<typeof Ticket>

export const Qr = z.object({ content: z.string(), svg: z.string() })
export type Qr = z.infer<typeof Qr>

export const TicketBegun = z.object({
  ticket: Ticket,
  qr: z.nullable(Qr),
  /** `website` only: the address of WeChat's page for an iframe, and for the whole window. */
  embedUrl: z.nullable(z.string()),
  redirectUrl: z.nullable(z.string()),
  /** `relay` and `scene`: the two digits this page shows and the person types on the phone. */
  matchNumber: z.nullable(z.string()),
  /** `client: "native"` only: what the program sends back as `Authorization: Ticket …`. */
  secret: z.optional(z.string()),
})
export type TicketBegun = z.infer<typeof TicketBegun>

export const TicketRead = z.object({ ticket: Ticket, qr: z.nullable(Qr), matchNumber: z.nullable(z.string()) })
export type TicketRead = z.infer<typeof TicketRead>

/** Seconds of grace in which the same attempt gets the same session again. */
export const REDEEM_AGAIN_MS = 60_000
/** A page renews an unscanned code by itself this often, then waits for a click. */
export const SILENT_RENEWALS = 5
