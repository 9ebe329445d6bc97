// Whether the visitor has agreed to the site's texts. Pure.
import type { Failure } from '../http.js'
import type { LoginState, Shown } from './state.js'

export interface ConsentState {
  /** The version that the visitor has ticked on this page. It is sent with the redeem. */
  readonly ticked: string | null
  /** The version with which somebody was signed in by this browser before: they need not tick to see a code. */
  readonly agreedBefore: string | null
}

export type ConsentEvent = { readonly type: 'tick'; readonly on: boolean } | { readonly type: 'agree' }

/** WeChat has said who this is, and they have not agreed to the version of today. */
export interface Consenting {
  readonly name: 'consent'
  readonly shown: Shown
}

export const NOTHING_AGREED: ConsentState = { ticked: null, agreedBefore: null }

/** What has to be agreed to on this site; null: nothing. */
export function dueVersion({ config }: Pick<LoginState, 'config'>): string | null {
  return config?.site.agreementVersion ?? null
}

/** Whether a box stands beside WeChat's own code. Under our own codes the phone's page asks. */
export function asksBeforeCode(state: Pick<LoginState, 'config' | 'agreedBefore'>): boolean {
  const due = dueVersion(state)
  return due !== null && state.agreedBefore !== due
}

/** Whether that code is kept from the visitor until they agree. */
export function hidesCode(state: Pick<LoginState, 'config' | 'ticked' | 'agreedBefore'>): boolean {
  return asksBeforeCode(state) && state.ticked !== dueVersion(state)
}

export function consenting(state: LoginState, event: ConsentEvent): LoginState {
  const due = dueVersion(state)
  if (event.type === 'tick') return { ...state, ticked: event.on ? due : null }
  const { phase } = state
  if (phase.name !== 'consent' || due === null || state.ticked !== due) return state
  return { ...state, phase: { name: 'redeeming', shown: phase.shown, struggling: false } }
}

/** The server did not sign in whoever has confirmed. */
export function redeemRefused(state: LoginState, shown: Shown, code: Failure): LoginState {
  const { id, method } = shown.ticket
  if (code !== 'consent_required') return { ...state, phase: { name: 'over', method, end: { kind: 'error', code } } }
  // What this page knows of the texts is out of date: opened anew, it goes on with the same ticket.
  const outdated = state.ticked !== null || dueVersion(state) === null
  if (outdated) return { ...state, ticked: null, phase: { name: 'leaving', to: `/login?ticket=${id}` } }
  return { ...state, phase: { name: 'consent', shown } }
}
