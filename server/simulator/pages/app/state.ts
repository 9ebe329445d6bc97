// A login in a mini program or a native app, from the button to what the site has answered.

import type { AppData, AppLoginResult } from '../../page-data.js'

export type State =
  | { readonly at: 'start' }
  /** WeChat asks the person first: only for native apps. */
  | { readonly at: 'consent' }
  | { readonly at: 'working'; readonly allow: boolean }
  | { readonly at: 'over'; readonly result: AppLoginResult }

export type Event =
  | { readonly type: 'login-tapped'; readonly kind: AppData['kind'] }
  | { readonly type: 'answered'; readonly allow: boolean }
  | { readonly type: 'came-back'; readonly result: AppLoginResult }
  | { readonly type: 'again-tapped' }

export const START: State = { at: 'start' }

/** The next state. */
export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'login-tapped':
      if (state.at !== 'start') return state
      return event.kind === 'mobile' ? { at: 'consent' } : { at: 'working', allow: true }
    case 'answered':
      return state.at === 'consent' ? { at: 'working', allow: event.allow } : state
    case 'came-back':
      return state.at === 'working' ? { at: 'over', result: event.result } : state
    case 'again-tapped':
      return START
  }
}
