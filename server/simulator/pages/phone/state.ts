// What the simulated phone shows, who holds it, and what each touch and each scanned code make of that.

import type { Reading } from './code-text.js'

export interface State {
  /** Who holds the phone, as far as the simulator knows. */
  readonly person: string | null
  /** Keys of the official accounts they follow. */
  readonly follows: readonly string[]
  /** Somebody has been tapped and the simulator is being told. */
  readonly saving: string | null
  readonly saveFailed: boolean
  readonly screen: Screen
}

export type Screen =
  | { readonly at: 'home' }
  /** Who holds the phone? `pending` is the page that waits for the answer. */
  | { readonly at: 'who'; readonly pending: string | null }
  | { readonly at: 'scan'; readonly unreadable: boolean }
  | { readonly at: 'foreign'; readonly text: string }
  | { readonly at: 'opening'; readonly address: string }

export type Event =
  | { readonly type: 'who-tapped' }
  | { readonly type: 'person-tapped'; readonly name: string }
  | { readonly type: 'person-saved'; readonly follows: readonly string[] }
  | { readonly type: 'person-not-saved' }
  | { readonly type: 'scan-tapped' }
  | { readonly type: 'home-tapped' }
  | { readonly type: 'code-read'; readonly reading: Reading }
  /** A picture in which there is no code. */
  | { readonly type: 'code-missed' }

/** The phone as it is switched on; with a code before its camera already, it acts on that at once. */
export function begin(person: string | null, follows: readonly string[], reading: Reading | null): State {
  const idle: State = { person, follows, saving: null, saveFailed: false, screen: homeOf(person) }
  return reading === null ? idle : reduce(idle, { type: 'code-read', reading })
}

/** The next state. */
export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'who-tapped':
      return { ...state, screen: { at: 'who', pending: null } }
    case 'person-tapped':
      return { ...state, saving: event.name, saveFailed: false }
    case 'person-saved':
      return {
        ...state,
        person: state.saving,
        follows: event.follows,
        saving: null,
        screen: afterChoice(state.screen),
      }
    case 'person-not-saved':
      return { ...state, saving: null, saveFailed: true }
    case 'scan-tapped':
      return { ...state, screen: { at: 'scan', unreadable: false } }
    case 'home-tapped':
      return { ...state, screen: homeOf(state.person) }
    case 'code-read':
      return { ...state, screen: afterReading(state.person, event.reading) }
    case 'code-missed':
      return { ...state, screen: { at: 'scan', unreadable: true } }
  }
}

/** A phone that is nobody's asks whose it is before anything else. */
function homeOf(person: string | null): Screen {
  return person === null ? { at: 'who', pending: null } : { at: 'home' }
}

function afterReading(person: string | null, reading: Reading): Screen {
  if (reading.kind === 'foreign') return { at: 'foreign', text: reading.text }
  return person === null ? { at: 'who', pending: reading.address } : { at: 'opening', address: reading.address }
}

function afterChoice(screen: Screen): Screen {
  if (screen.at !== 'who') return screen
  return screen.pending === null ? { at: 'home' } : { at: 'opening', address: screen.pending }
}
