// What the account page can be. Pure.
import type { DoorView, SignedIn, SiteConfig } from '#shared/api.js'
import type { Failure } from '../http.js'

/** Something that was asked for and is not done yet. */
export type Busy = 'logOut' | 'export' | 'erase'

export interface Here {
  readonly name: 'here'
  readonly me: SignedIn
  readonly config: SiteConfig | null
  /** By which of the site's apps this person has come. Null when it could not be read. */
  readonly doors: readonly DoorView[] | null
  /** Whether the question stands if the account is really to go. */
  readonly erasing: boolean
  readonly busy: Busy | null
  readonly problem: Failure | null
  /** The exported data, once there is some: not every browser can save a file. */
  readonly exported: string | null
}

export type AccountState =
  | { readonly name: 'loading' }
  | Here
  /** The session was ended elsewhere; the login page follows. */
  | { readonly name: 'ended'; readonly config: SiteConfig | null }
  | { readonly name: 'erased'; readonly config: SiteConfig | null }
  | { readonly name: 'gone' }
  | { readonly name: 'unreachable'; readonly code: Failure }

export type AccountEvent =
  | {
      readonly type: 'loaded'
      readonly me: SignedIn
      readonly config: SiteConfig | null
      readonly doors: readonly DoorView[] | null
    }
  | { readonly type: 'signedOut' }
  | { readonly type: 'loadFailed'; readonly code: Failure }
  | { readonly type: 'logOut' }
  | { readonly type: 'export' }
  | { readonly type: 'exported'; readonly text: string }
  /** The visitor would delete the account: they are asked first. */
  | { readonly type: 'askErase' }
  | { readonly type: 'keep' }
  | { readonly type: 'erase' }
  | { readonly type: 'erased' }
  /** What was asked for did not happen. */
  | { readonly type: 'failed'; readonly code: Failure }
  | { readonly type: 'sessionEnded' }
  | { readonly type: 'retry' }

export const initialAccount: AccountState = { name: 'loading' }

export function reduce(state: AccountState, event: AccountEvent): AccountState {
  switch (event.type) {
    case 'loaded': {
      if (state.name !== 'loading') return state
      const { me, config, doors } = event
      return { name: 'here', me, config, doors, erasing: false, busy: null, problem: null, exported: null }
    }
    case 'loadFailed':
      return state.name === 'loading' ? { name: 'unreachable', code: event.code } : state
    case 'signedOut':
      return { name: 'gone' }
    case 'retry':
      return state.name === 'unreachable' ? initialAccount : state
    default:
      return state.name === 'here' ? at(state, event) : state
  }
}

function at(state: Here, event: AccountEvent): AccountState {
  switch (event.type) {
    case 'logOut':
    case 'export':
      return state.busy ? state : { ...state, busy: event.type, problem: null }
    case 'exported':
      return { ...state, busy: null, exported: event.text }
    case 'askErase':
      return state.busy ? state : { ...state, erasing: true, problem: null }
    case 'keep':
      return state.busy ? state : { ...state, erasing: false, problem: null }
    case 'erase':
      return state.erasing && !state.busy ? { ...state, busy: 'erase', problem: null } : state
    case 'erased':
      return { name: 'erased', config: state.config }
    case 'failed':
      return { ...state, busy: null, problem: event.code }
    case 'sessionEnded':
      // One's own farewell is no news.
      return state.busy === 'logOut' || state.busy === 'erase' ? state : { name: 'ended', config: state.config }
    default:
      return state
  }
}
