// What the login page can be, and how each event changes it. Pure: no clock, no network, no storage.
import type { AccountView, SiteConfig } from '#shared/api.js'
import { type Method, type Qr, SILENT_RENEWALS, type Ticket } from '#shared/ticket.js'
import { type Failure, mayRetry } from '../http.js'
import type { ConsentEvent, Consenting, ConsentState } from './consent.js'
import { consenting, NOTHING_AGREED, redeemRefused } from './consent.js'
import type { End } from './end.js'
import { greeted, type Known } from './known.js'
import { offered } from './offer.js'

/** A ticket as this page shows it. `deadline` and `span` are on the page's monotonic clock, in milliseconds. */
export interface Shown {
  readonly ticket: Ticket
  /** This page's own proof of being the one that redeems. The same for every try. */
  readonly attempt: string
  readonly qr: Qr | null
  readonly embedUrl: string | null
  readonly redirectUrl: string | null
  readonly matchNumber: string | null
  /** When the ticket ends unless something happens. */
  readonly deadline: number
  /** How long it had when this end was first known. */
  readonly span: number
}

/** How well the page hears from the server. `offline`: neither socket nor poll gets through. */
export type Link = 'joining' | 'live' | 'polling' | 'offline'

export type Phase =
  | { readonly name: 'starting' }
  /**
   * No answer to the first questions: nothing can be shown. `method` is null while not even the config is known. `waitMs`:
   * sooner than this nobody need ask again.
   */
  | { readonly name: 'unreachable'; readonly code: Failure; readonly method: Method | null; readonly waitMs: number }
  /** A new ticket is asked for. `previous` stays on the screen meanwhile; `abandoned` is to be given up. */
  | {
      readonly name: 'beginning'
      readonly method: Method
      readonly renewals: number
      readonly strikes: number
      readonly previous: Shown | null
      readonly abandoned: string | null
    }
  | {
      readonly name: 'watching'
      readonly shown: Shown
      /** Silent renewals since the visitor last did something. */
      readonly renewals: number
      /** Tickets in a row that the server did not know although it had just made them. */
      readonly strikes: number
      readonly link: Link
    }
  | { readonly name: 'stale'; readonly shown: Shown }
  | { readonly name: 'redeeming'; readonly shown: Shown; readonly struggling: boolean }
  | Consenting
  | { readonly name: 'signedIn'; readonly method: Method; readonly account: AccountView; readonly returnTo: string }
  | { readonly name: 'leaving'; readonly to: string }
  /** Somebody is signed in already: they go on as who they are, or to `next`, to sign in as somebody else. */
  | ({ readonly name: 'known'; readonly next: Phase } & Known)
  /** This phone's browser can do nothing itself: the page is to be opened inside WeChat. */
  | { readonly name: 'inWechat' }
  | { readonly name: 'over'; readonly method: Method | null; readonly end: End }

export interface LoginState extends ConsentState {
  readonly config: SiteConfig | null
  /** The methods offered to this browser, the first one being the default. */
  readonly methods: readonly Method[]
  /** A phone's own browser: its camera cannot see its own screen. */
  readonly onPhone: boolean
  /** What to open inside WeChat to sign in there; null where that is no way. */
  readonly wechatLink: string | null
  /** The ticket whose code the visitor last saved as a picture. */
  readonly saved: string | null
  readonly known: Known | null
  readonly phase: Phase
}

export type LoginEvent =
  | {
      readonly type: 'booted'
      readonly config: SiteConfig
      readonly wanted: string | null
      readonly resumed: Shown | null
      readonly wechatLink: string | null
    }
  | { readonly type: 'bootFailed'; readonly code: Failure; readonly waitMs?: number | undefined }
  | { readonly type: 'alreadyIn' }
  | ({ readonly type: 'known' } & Known)
  | ConsentEvent
  /** The visitor goes on as who they are, or wants to sign in as somebody else. */
  | { readonly type: 'goOn' }
  | { readonly type: 'somebodyElse' }
  /** The page was opened under another address than the one it works under. */
  | { readonly type: 'misplaced'; readonly to: string }
  | { readonly type: 'begun'; readonly shown: Shown }
  | { readonly type: 'beginFailed'; readonly code: Failure; readonly waitMs?: number | undefined }
  /** News of a ticket, over whichever channel. `now` is monotonic. */
  | { readonly type: 'seen'; readonly ticket: Ticket; readonly qr: Qr | null; readonly now: number }
  | { readonly type: 'linked'; readonly link: Link }
  /** The server says that this ticket is not this browser's. */
  | { readonly type: 'unknown' }
  | { readonly type: 'struggling' }
  | { readonly type: 'redeemed'; readonly account: AccountView; readonly returnTo: string }
  | { readonly type: 'redeemFailed'; readonly code: Failure }
  /** The visitor asks for this method, or for the present one anew. */
  | { readonly type: 'choose'; readonly method: Method }
  | { readonly type: 'again' }
  /** The code of this ticket has been saved as a picture. */
  | { readonly type: 'saved'; readonly ticketId: string }
  /** The visitor, or the network, is back. */
  | { readonly type: 'woke' }

const STRIKES = 2

export const initialLogin: LoginState = {
  config: null,
  methods: [],
  onPhone: false,
  wechatLink: null,
  saved: null,
  known: null,
  ...NOTHING_AGREED,
  phase: { name: 'starting' },
}

export function reduce(state: LoginState, event: LoginEvent): LoginState {
  const { phase } = state
  const go = (next: Phase): LoginState => ({ ...state, phase: next })
  switch (event.type) {
    case 'booted':
      return phase.name === 'starting' ? booted(state, event) : state
    case 'bootFailed':
      return phase.name === 'starting'
        ? go({ name: 'unreachable', code: event.code, method: null, waitMs: event.waitMs ?? 0 })
        : state
    case 'misplaced':
      return { ...state, phase: { name: 'leaving', to: event.to } }
    case 'alreadyIn':
      return go({ name: 'leaving', to: '/account' })
    case 'known': {
      const { account, returnTo } = event
      const known = { account, returnTo }
      return { ...state, known, phase: greeted(known, phase) }
    }
    case 'goOn':
      return phase.name === 'known' ? go({ name: 'leaving', to: phase.returnTo }) : state
    case 'somebodyElse':
      return phase.name === 'known' ? { ...state, known: null, phase: phase.next } : state
    case 'begun':
      if (phase.name !== 'beginning') return state
      return go({
        name: 'watching',
        shown: event.shown,
        renewals: phase.renewals,
        strikes: phase.strikes,
        link: 'joining',
      })
    case 'beginFailed':
      return phase.name === 'beginning' ? go(beginFailed(phase.method, event)) : state
    case 'seen':
      return phase.name === 'watching' ? seen(state, phase, event) : state
    case 'linked':
      if (phase.name !== 'watching' || phase.link === event.link) return state
      return go({ ...phase, link: event.link })
    case 'unknown':
      return phase.name === 'watching' ? go(unknown(phase)) : state
    case 'struggling':
      return phase.name === 'redeeming' && !phase.struggling ? go({ ...phase, struggling: true }) : state
    case 'redeemed':
      if (phase.name !== 'redeeming') return state
      return go(signedIn(phase.shown, event))
    case 'redeemFailed':
      return phase.name === 'redeeming' ? redeemRefused(state, phase.shown, event.code) : state
    case 'tick':
    case 'agree':
      return consenting(state, event)
    case 'choose':
      return choose(state, event.method)
    case 'again':
      return again(state)
    case 'saved':
      return { ...state, saved: event.ticketId }
    case 'woke':
      return phase.name === 'stale' || phase.name === 'unreachable' ? again(state) : state
  }
}

function booted(state: LoginState, event: Extract<LoginEvent, { type: 'booted' }>): LoginState {
  const { config, wechatLink } = event
  const methods = offered(config.methods, state.onPhone)
  const method = methods.find((one) => one === event.wanted) ?? methods[0]
  const phase = firstPhase(event, method)
  return { ...state, config, methods, wechatLink, phase: greeted(state.known, phase) }
}

function firstPhase(
  { resumed, wechatLink }: Extract<LoginEvent, { type: 'booted' }>,
  method: Method | undefined,
): Phase {
  if (resumed) return placed(resumed, { renewals: 0, strikes: 0, link: 'joining' })
  if (method) return beginning(method)
  if (wechatLink !== null) return { name: 'inWechat' }
  return { name: 'over', method: null, end: { kind: 'error', code: 'method_unavailable' } }
}

function beginning(
  method: Method,
  more: { renewals?: number; strikes?: number; previous?: Shown | null; abandoned?: string | null } = {},
): Phase {
  return { name: 'beginning', method, renewals: 0, strikes: 0, previous: null, abandoned: null, ...more }
}

function beginFailed(method: Method, { code, waitMs = 0 }: LoginEvent & { type: 'beginFailed' }): Phase {
  if (mayRetry(code)) return { name: 'unreachable', code, method, waitMs }
  return { name: 'over', method, end: { kind: 'error', code } }
}

function seen(
  state: LoginState,
  phase: Phase & { name: 'watching' },
  event: LoginEvent & { type: 'seen' },
): LoginState {
  const old = phase.shown
  const { ticket } = event
  if (ticket.id !== old.ticket.id || ticket.version < old.ticket.version) return state
  const left = Math.max(0, ticket.expiresAt - ticket.serverTime)
  const sameEnd = ticket.expiresAt === old.ticket.expiresAt
  const shown: Shown = {
    ...old,
    ticket,
    qr: event.qr ?? old.qr,
    // The first word about an end is kept, so that answers that took longer do not make the clock jump.
    deadline: sameEnd ? Math.min(old.deadline, event.now + left) : event.now + left,
    span: sameEnd ? old.span : left,
  }
  const watch = { renewals: phase.renewals, strikes: 0, link: phase.link }
  return { ...state, phase: placed(shown, watch, old.ticket.status === 'scanned') }
}

/**
 * The phase that a ticket's status stands for. A ticket past its end has expired, whatever its status says. `wasScanned`:
 * a phone had it when it was last heard of, which an expired ticket does not say.
 */
function placed(shown: Shown, watch: { renewals: number; strikes: number; link: Link }, wasScanned = false): Phase {
  const { ticket } = shown
  const { method, reason, status } = ticket
  const { renewals, strikes, link } = watch
  switch (status) {
    case 'confirmed':
    case 'redeemed':
      return { name: 'redeeming', shown, struggling: false }
    case 'denied':
      return { name: 'over', method, end: { kind: 'denied', reason, person: ticket.scannedBy } }
    case 'failed':
      return { name: 'over', method, end: { kind: method === 'scene' && !shown.qr ? 'codeless' : 'failed', reason } }
    case 'expired':
      return ended(shown, renewals, wasScanned)
    default:
      if (ticket.expiresAt <= ticket.serverTime) return ended(shown, renewals, wasScanned || status === 'scanned')
      return { name: 'watching', shown, renewals, strikes, link }
  }
}

function ended(shown: Shown, renewals: number, wasScanned: boolean): Phase {
  const { method, reason, scannedBy } = shown.ticket
  // Somebody was in the middle of it: they are told, and begin anew themselves.
  if (wasScanned || scannedBy || reason) return { name: 'over', method, end: { kind: 'expired', reason } }
  if (renewals >= SILENT_RENEWALS) return { name: 'stale', shown }
  return beginning(method, { renewals: renewals + 1, previous: shown })
}

function unknown({ shown, renewals, strikes }: Phase & { name: 'watching' }): Phase {
  const { method } = shown.ticket
  if (strikes + 1 >= STRIKES) return { name: 'over', method, end: { kind: 'cookies' } }
  return beginning(method, { renewals, strikes: strikes + 1, previous: shown })
}

function signedIn({ ticket }: Shown, { account, returnTo }: LoginEvent & { type: 'redeemed' }): Phase {
  return { name: 'signedIn', method: ticket.method, account, returnTo }
}

function choose(state: LoginState, method: Method): LoginState {
  const phase = state.phase.name === 'known' ? state.phase.next : state.phase
  if (!state.methods.includes(method) || phase.name === 'redeeming' || phase.name === 'signedIn') return state
  const abandoned = phase.name === 'watching' ? phase.shown.ticket.id : null
  return { ...state, phase: beginning(method, { abandoned }) }
}

function again(state: LoginState): LoginState {
  const { phase } = state
  const method = 'method' in phase ? phase.method : 'shown' in phase ? phase.shown.ticket.method : null
  if (method && state.methods.includes(method)) return choose(state, method)
  const first = state.methods[0]
  if (first) return choose(state, first)
  return { ...state, phase: { name: 'starting' } }
}
