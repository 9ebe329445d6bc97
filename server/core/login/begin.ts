// The start of a login. It writes no row and calls nobody, however often it is asked.
import type { Method, Ticket } from '#shared/ticket.js'
import { AppError } from '../errors.js'
import type { TicketRecord } from '../ports.js'
import { presentUnattached } from '../ticket/lifetime.js'
import { matchNumber } from '../ticket/match-number.js'
import type { TicketClaims } from '../ticket/ticket-id.js'
import { appFor, appOf, callbackUrl, findApp, type LoginContext } from './context.js'

export interface Begun {
  readonly ticket: Ticket
  /** Text of the code that the page draws; null when WeChat draws its own. */
  readonly qrContent: string | null
  readonly embedUrl: string | null
  readonly redirectUrl: string | null
  readonly matchNumber: string | null
}

export interface BeginOptions {
  readonly method?: Method | undefined
  readonly appKey?: string | undefined
  /** The secret of the browser that begins: it alone will be able to watch and redeem. */
  readonly secret: string
  readonly language: 'zh' | 'en'
  /** A program without cookies: it can show a code, and nothing comes back to it. */
  readonly native?: boolean
}

/** `official` begins by itself; what WeChat sends back by a redirect needs a browser with cookies. */
const BROWSER: readonly [Method, ...Method[]] = ['website', 'relay', 'scene', 'sdk']
const NATIVE: readonly [Method, ...Method[]] = ['sdk', 'relay', 'scene']

/** @throws AppError `method_unavailable`, `app_unknown` */
export function begin(context: LoginContext, options: BeginOptions): Begun {
  const possible = options.native ? NATIVE : BROWSER
  const method = options.method ?? context.methods.find((one) => possible.includes(one)) ?? possible[0]
  if (!possible.includes(method))
    throw new AppError('method_unavailable', { details: { method, native: options.native === true } })
  const app = appFor(context, method, options.appKey)
  const claims = context.ticketIds.mint({ method, appKey: app.key, secret: options.secret })
  const ticket = presentUnattached(claims, context.clock())
  context.store.begun(claims.id)
  context.meter?.ticketBegun(method)
  return { ticket, ...faceOf(context, claims, null), ...websiteLinks(context, claims, options) }
}

/**
 * What the waiting page shows beside the status: the code's text and the match number.
 * @param record null while nothing is stored; WeChat's own code comes with it
 */
export function faceOf(
  context: LoginContext,
  claims: TicketClaims,
  record: Pick<TicketRecord, 'code'> | null,
): Pick<Begun, 'qrContent' | 'matchNumber'> {
  const own = claims.method === 'relay' ? `${context.publicUrl}/t/${claims.id}` : null
  const asks = claims.method === 'relay' || (claims.method === 'scene' && !confirmsAtOnce(context, claims))
  return {
    qrContent: own ?? record?.code?.content ?? null,
    matchNumber: asks ? matchNumber(context.keyring, claims) : null,
  }
}

/** Where the scan alone is the confirmation, no page of ours asks for a number. */
function confirmsAtOnce(context: LoginContext, claims: TicketClaims): boolean {
  return findApp(context, claims)?.scene === 'at_once'
}

function websiteLinks(
  context: LoginContext,
  claims: TicketClaims,
  { secret, language }: BeginOptions,
): Pick<Begun, 'embedUrl' | 'redirectUrl'> {
  if (claims.method !== 'website') return { embedUrl: null, redirectUrl: null }
  const app = appOf(context, claims)
  const state = context.states.mint('website', claims, secret)
  const link = (embed: boolean) =>
    context.platform.qrconnectUrl(app, { redirectUri: callbackUrl(context, app), state, embed, language })
  return { embedUrl: link(true), redirectUrl: link(false) }
}
