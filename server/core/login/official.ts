// `official`: the page is open inside WeChat already, so its browser begins, proves and redeems by itself. Silent first:
// nobody sees anything, and only a stranger is asked, after a button press.
import { AppError } from '../errors.js'
import { sha256Of } from '../keyring.js'
import type { CallbackOutcome, Device, OfficialScope, Proof, WechatApp } from '../ports.js'
import type { CallbackResult } from './callback.js'
import { appFor, callbackUrl, type LoginContext } from './context.js'
import { type Redemption, redeem } from './redeem.js'
import { confirmAtOnce, fail, type Move, Stranger } from './resolve.js'

export interface OfficialOptions {
  /** The app's key; undefined: the first Official Account. */
  readonly appKey: string | undefined
  readonly scope: OfficialScope
  /** Asks even those whom WeChat would not ask again. */
  readonly forcePopup: boolean
  /** The secret of this browser, already set as its cookie. */
  readonly secret: string
}

/**
 * Begins a ticket for the browser that is open inside WeChat.
 * @returns its id, and WeChat's page to go to
 * @throws AppError `method_unavailable`, `app_unknown`
 */
export function beginOfficial(context: LoginContext, options: OfficialOptions): { ticketId: string; url: string } {
  const { scope, forcePopup, secret } = options
  const app = appFor(context, 'official', options.appKey)
  const claims = context.ticketIds.mint({ method: 'official', appKey: app.key, secret })
  context.meter?.ticketBegun('official')
  const purpose = scope === 'snsapi_base' ? 'official_base' : 'official_explicit'
  const state = context.states.mint(purpose, claims, secret)
  const redirectUri = callbackUrl(context, app)
  const url = context.platform.authorizeUrl(app, { redirectUri, scope, state, forcePopup })
  return { ticketId: claims.id, url }
}

/**
 * A silent answer: known people are in. A stranger becomes an account by openid alone, or has to be asked, as the app is
 * configured; nothing is kept of a stranger who has not been asked.
 */
export async function enterSilently(
  context: LoginContext,
  move: Move,
  app: WechatApp,
  proof: Proof,
): Promise<CallbackOutcome> {
  try {
    return await confirmAtOnce(context, move, proof, app.strangers)
  } catch (error) {
    if (error instanceof Stranger) return fail(context, move, 'failed', 'explicit_required')
    throw error
  }
}

export interface Entry {
  readonly result: CallbackResult
  /** The state that brought it: the redeem's attempt follows from it, so that a doubled callback gets one session. */
  readonly state: string
  readonly secret: string | null
  readonly device: Device
  readonly previousSession: string | null
}

/**
 * Redeems a confirmed `official` ticket for the browser that brought the callback, in the same request.
 * @throws AppError as `redeem` does; `ticket_over` when the ticket was not confirmed
 */
export async function enter(context: LoginContext, entry: Entry): Promise<Redemption> {
  const { result, secret, device, previousSession } = entry
  if (result.status !== 'confirmed' && result.status !== 'redeemed') throw new AppError('ticket_over')
  const attempt = sha256Of('official', entry.state)
  return redeem(context, { ticketId: result.ticketId, secret, attempt, device, previousSession, kind: 'browser' })
}
