// What the account page can be. Pure.
import type { SignedIn, SiteConfig } from '#shared/api.js'
import type { Failure } from '../http.js'

export type AccountState =
  | { readonly name: 'loading' }
  | {
      readonly name: 'here'
      readonly me: SignedIn
      readonly config: SiteConfig | null
      readonly leaving: boolean
      readonly problem: Failure | null
    }
  /** The session was ended elsewhere; the login page follows. */
  | { readonly name: 'ended'; readonly config: SiteConfig | null }
  | { readonly name: 'gone' }
  | { readonly name: 'unreachable'; readonly code: Failure }

export type AccountEvent =
  | { readonly type: 'loaded'; readonly me: SignedIn; readonly config: SiteConfig | null }
  | { readonly type: 'signedOut' }
  | { readonly type: 'loadFailed'; readonly code: Failure }
  | { readonly type: 'logOut' }
  | { readonly type: 'logOutFailed'; readonly code: Failure }
  | { readonly type: 'sessionEnded' }
  | { readonly type: 'retry' }

export const initialAccount: AccountState = { name: 'loading' }

export function reduce(state: AccountState, event: AccountEvent): AccountState {
  switch (event.type) {
    case 'loaded':
      if (state.name !== 'loading') return state
      return { name: 'here', me: event.me, config: event.config, leaving: false, problem: null }
    case 'loadFailed':
      return state.name === 'loading' ? { name: 'unreachable', code: event.code } : state
    case 'signedOut':
      return { name: 'gone' }
    case 'logOut':
      return state.name === 'here' ? { ...state, leaving: true, problem: null } : state
    case 'logOutFailed':
      return state.name === 'here' ? { ...state, leaving: false, problem: event.code } : state
    case 'sessionEnded':
      // One's own farewell is no news.
      if (state.name !== 'here' || state.leaving) return state
      return { name: 'ended', config: state.config }
    case 'retry':
      return state.name === 'unreachable' ? initialAccount : state
  }
}
