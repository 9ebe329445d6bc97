// What the phone's page can be. Pure.
import type { Confirmation } from '#shared/api.js'
import type { Reason, TicketStatus } from '#shared/ticket.js'
import type { Failure } from '../http.js'

export type Decision = 'confirm' | 'deny'

export type ConfirmState =
  | { readonly name: 'loading' }
  | Asking
  | {
      readonly name: 'ended'
      readonly end: 'confirmed' | 'denied' | 'expired' | 'failed'
      readonly reason: Reason | null
      readonly site: Confirmation['site']
      readonly device: Confirmation['device']
    }
  /** There is nothing to ask this phone, or no way to know. */
  | { readonly name: 'lost'; readonly code: Failure }

export interface Asking {
  readonly name: 'asking'
  readonly question: Confirmation
  /** The page's monotonic clock, in milliseconds, when `question` came. */
  readonly seenAt: number
  readonly digits: string
  /** The box beside the site's texts is ticked. */
  readonly agreed: boolean
  /** False for the first moments, so that a tap meant for something else confirms nothing. */
  readonly armed: boolean
  readonly sending: Decision | null
  /** Wrong numbers so far. */
  readonly wrong: number
  readonly problem: Failure | null
}

export type ConfirmEvent =
  | { readonly type: 'read'; readonly question: Confirmation; readonly now: number }
  | { readonly type: 'readFailed'; readonly code: Failure }
  | { readonly type: 'armed' }
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'tick'; readonly on: boolean }
  | { readonly type: 'decide'; readonly decision: Decision }
  | { readonly type: 'decided'; readonly status: TicketStatus }
  /** `question` is how things stood right afterwards, if that could be read. */
  | {
      readonly type: 'decideFailed'
      readonly code: Failure
      readonly question: Confirmation | null
      readonly now: number
    }
  | { readonly type: 'retry' }

export const DIGITS = 2
export const initialConfirm: ConfirmState = { name: 'loading' }

/** Whether pressing confirm would do something. */
export function canConfirm({ agreed, armed, digits, question, sending }: Asking): boolean {
  const { consent, needsExplicit } = question
  return armed && sending === null && needsExplicit === null && (agreed || consent === null) && digits.length === DIGITS
}

export function reduce(state: ConfirmState, event: ConfirmEvent): ConfirmState {
  if (event.type === 'readFailed' && (state.name === 'loading' || state.name === 'asking')) {
    return { name: 'lost', code: event.code }
  }
  if (event.type === 'retry') return state.name === 'lost' ? initialConfirm : state
  if (event.type === 'read') return read(state, event)
  return state.name === 'asking' ? asked(state, event) : state
}

function read(state: ConfirmState, { question, now }: ConfirmEvent & { type: 'read' }): ConfirmState {
  if (state.name !== 'loading' && state.name !== 'asking') return state
  const end = ended(question, question.status)
  if (end) return end
  // Past its end it has expired, whatever its status says.
  if (question.expiresAt <= question.serverTime) return ended(question, 'expired') ?? state
  // A tick is for the version that stood beside it.
  const agreed = state.name === 'asking' && state.agreed && question.consent === state.question.consent
  if (state.name === 'asking') return { ...state, question, agreed, seenAt: now }
  return {
    name: 'asking',
    question,
    seenAt: now,
    digits: '',
    agreed,
    armed: false,
    sending: null,
    wrong: 0,
    problem: null,
  }
}

function asked(state: Asking, event: ConfirmEvent): ConfirmState {
  switch (event.type) {
    case 'armed':
      return { ...state, armed: true }
    case 'typed':
      return state.sending ? state : { ...state, digits: digitsIn(event.text), problem: null }
    case 'tick':
      return state.sending ? state : { ...state, agreed: event.on, problem: null }
    case 'decide':
      if (state.sending || (event.decision === 'confirm' && !canConfirm(state))) return state
      return { ...state, sending: event.decision, problem: null }
    case 'decided':
      return ended(state.question, event.status) ?? { ...state, sending: null }
    case 'decideFailed': {
      const { code, question, now } = event
      const after = question ? read(state, { type: 'read', question, now }) : state
      return after.name === 'asking' ? refused(after, code) : after
    }
    default:
      return state
  }
}

function refused(state: Asking, code: Failure): ConfirmState {
  switch (code) {
    case 'match_number_wrong':
      return { ...state, sending: null, digits: '', wrong: state.wrong + 1, problem: code }
    case 'ticket_expired':
      return ended(state.question, 'expired') ?? state
    case 'login_failed':
      return ended(state.question, 'failed') ?? state
    case 'ticket_unknown':
    case 'scanned_elsewhere':
      return { name: 'lost', code }
    default:
      return { ...state, sending: null, problem: code }
  }
}

/** The end that a status stands for, or null while the question is open. */
function ended({ site, reason, device }: Confirmation, status: TicketStatus): ConfirmState | null {
  switch (status) {
    case 'pending':
    case 'scanned':
      return null
    case 'confirmed':
    case 'redeemed':
      return { name: 'ended', end: 'confirmed', reason, site, device }
    default:
      return { name: 'ended', end: status, reason, site, device }
  }
}

/** At most two digits; the wide ones that Chinese keyboards type count too. */
export function digitsIn(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[^0-9]/g, '')
    .slice(0, DIGITS)
}
