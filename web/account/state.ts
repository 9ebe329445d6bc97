// What the account page can be. Pure.
import type { DoorView, OwnLogins, OwnSessions, SignedIn, SiteConfig } from '#shared/api.js'
import type { Failure } from '../http.js'

/** Something that was asked for and is not done yet. */
export type Busy = 'logOut' | 'export' | 'erase' | 'end'

/** Which sessions are to end: one, by its id, or all but this one. */
export type Ending = 'others' | { readonly id: string }

export interface Here {
  readonly name: 'here'
  readonly me: SignedIn
  readonly config: SiteConfig | null
  /** By which of the site's apps this person has come. Null when it could not be read. */
  readonly doors: readonly DoorView[] | null
  /** Everywhere this person is signed in, as last read. Null when it could not be read. */
  readonly devices: OwnSessions | null
  /** The last logins. Null when they could not be read. */
  readonly logins: OwnLogins | null
  /** The sessions about which the question stands if they are really to end. */
  readonly ending: Ending | null
  /** Whether the question stands if the account is really to go. */
  readonly erasing: boolean
  /** Deleting waits for a moment after it was asked about, so that nobody does it in a temper or by a second press. */
  readonly cooled: boolean
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
      readonly devices: OwnSessions | null
      readonly logins: OwnLogins | null
    }
  /** The list of devices was read again. */
  | { readonly type: 'devices'; readonly devices: OwnSessions }
  | { readonly type: 'signedOut' }
  | { readonly type: 'loadFailed'; readonly code: Failure }
  | { readonly type: 'logOut' }
  | { readonly type: 'export' }
  | { readonly type: 'exported'; readonly text: string }
  /** The visitor would end sessions: they are asked first. */
  | { readonly type: 'askEnd'; readonly which: Ending }
  | { readonly type: 'end' }
  /** Those that were asked about are over. */
  | { readonly type: 'ended' }
  /** The visitor would delete the account: they are asked first. */
  | { readonly type: 'askErase' }
  /** The time to think is over. */
  | { readonly type: 'cooled' }
  /** A change of mind, whatever was asked. */
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
      const { me, config, doors, devices, logins } = event
      const quiet = { ending: null, erasing: false, cooled: false, busy: null, problem: null, exported: null }
      return { name: 'here', me, config, doors, devices, logins, ...quiet }
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
    case 'devices':
      return { ...state, devices: event.devices, ending: isThere(event.devices, state.ending) ? state.ending : null }
    case 'askEnd':
      return state.busy || !isThere(state.devices, event.which)
        ? state
        : { ...state, ending: event.which, problem: null }
    case 'end':
      return state.ending && !state.busy ? { ...state, busy: 'end', problem: null } : state
    case 'ended':
      return { ...state, busy: null, ending: null, devices: without(state.devices, state.ending) }
    case 'askErase':
      return state.busy ? state : { ...state, erasing: true, cooled: false, ending: null, problem: null }
    case 'cooled':
      return state.erasing && !state.cooled ? { ...state, cooled: true } : state
    case 'keep':
      return state.busy ? state : { ...state, erasing: false, ending: null, problem: null }
    case 'erase':
      return state.erasing && state.cooled && !state.busy ? { ...state, busy: 'erase', problem: null } : state
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

/** Whether there is anything of this to end. The session that asks is none of them: it logs out. */
function isThere(devices: OwnSessions | null, which: Ending | null): boolean {
  const others = devices?.sessions.filter(({ current }) => !current) ?? []
  return which === 'others' ? others.length > 0 : others.some(({ id }) => id === which?.id)
}

function without(devices: OwnSessions | null, which: Ending | null): OwnSessions | null {
  if (!devices || !which) return devices
  const stays = ({ id, current }: OwnSessions['sessions'][number]) => (which === 'others' ? current : id !== which.id)
  return { ...devices, sessions: devices.sessions.filter(stays) }
}
