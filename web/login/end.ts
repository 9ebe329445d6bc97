// How a login can end without a session.
import type { PersonView, Reason } from '#shared/ticket.js'
import type { Failure } from '../http.js'

/** Why a login ended without a session. */
export type End =
  | { readonly kind: 'denied'; readonly reason: Reason | null; readonly person: PersonView | null }
  | { readonly kind: 'expired'; readonly reason: Reason | null }
  | { readonly kind: 'failed'; readonly reason: Reason | null }
  /** WeChat gave no code to draw. */
  | { readonly kind: 'codeless'; readonly reason: Reason | null }
  | { readonly kind: 'error'; readonly code: Failure }
  /** The browser does not send back the cookie that ties it to its ticket. */
  | { readonly kind: 'cookies' }
