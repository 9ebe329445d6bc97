// What the console can be. Pure.
import type {
  AdminApps,
  AdminConfig,
  AdminFound,
  AdminHistory,
  AdminJobs,
  AdminMe,
  AdminNumbers,
  AdminOperators,
  AdminOrder,
  AdminOrdered,
  AdminSeen,
  StartJob,
} from '#shared/admin.js'
import type { Failure } from '../http.js'
import { type NodeNumbers, withNumbers } from './numbers.js'

export const SECTIONS = ['overview', 'accounts', 'apps', 'jobs', 'history', 'operators', 'config'] as const
export type Section = (typeof SECTIONS)[number]

/** What is asked about before it is done: an order about people, or work in the background. */
export type Wish =
  | { readonly kind: 'order'; readonly order: AdminOrder }
  | { readonly kind: 'job'; readonly job: StartJob }

/** What each section shows, as last read; null until it was. */
export interface Known {
  readonly apps: AdminApps | null
  readonly jobs: AdminJobs | null
  readonly history: AdminHistory | null
  readonly operators: AdminOperators | null
  readonly config: AdminConfig | null
}

export interface Desk {
  readonly name: 'desk'
  readonly me: AdminMe
  readonly section: Section
  /** The last hour of each node that has answered. */
  readonly numbers: readonly NodeNumbers[]
  /** The id of the node whose numbers are shown. */
  readonly node: string
  readonly known: Known
  /** What was searched for last, and who was found; null while it is being asked. */
  readonly query: string
  readonly found: AdminFound['found'] | null
  /** The account that is being opened. */
  readonly opening: string | null
  readonly seen: AdminSeen | null
  /** The question that stands. */
  readonly asking: Wish | null
  readonly busy: boolean
  /** What came of the last order. */
  readonly outcome: AdminOrdered | null
  readonly problem: Failure | null
}

export type AdminState =
  | { readonly name: 'loading' }
  /** Signed in, and a code waits to be claimed. `code`: what is being claimed now. */
  | { readonly name: 'claim'; readonly me: AdminMe; readonly code: string | null; readonly problem: Failure | null }
  | Desk
  /** No operator, or no longer: for this visitor the console does not exist. */
  | { readonly name: 'gone' }
  | { readonly name: 'unreachable'; readonly code: Failure }

/** A section's news. */
export type News = {
  readonly [Name in keyof Known]: { readonly of: Name; readonly news: NonNullable<Known[Name]> }
}[keyof Known]

export type AdminEvent =
  | { readonly type: 'loaded'; readonly me: AdminMe; readonly section: Section; readonly account: string | null }
  | { readonly type: 'loadFailed'; readonly code: Failure }
  | { readonly type: 'gone' }
  | { readonly type: 'retry' }
  | { readonly type: 'claim'; readonly code: string }
  | { readonly type: 'claimed' }
  | { readonly type: 'go'; readonly section: Section }
  | { readonly type: 'numbers'; readonly numbers: AdminNumbers }
  | { readonly type: 'showNode'; readonly node: string }
  | { readonly type: 'read'; readonly read: News }
  | { readonly type: 'search'; readonly query: string }
  | { readonly type: 'found'; readonly found: AdminFound['found'] }
  | { readonly type: 'open'; readonly account: string }
  | { readonly type: 'seen'; readonly seen: AdminSeen }
  | { readonly type: 'close' }
  /** The operator would do something: they are asked first. */
  | { readonly type: 'ask'; readonly wish: Wish }
  | { readonly type: 'keep' }
  | { readonly type: 'carryOut' }
  | { readonly type: 'ordered'; readonly outcome: AdminOrdered }
  | { readonly type: 'started' }
  /** What was asked for last did not happen. */
  | { readonly type: 'failed'; readonly code: Failure }

export const initialAdmin: AdminState = { name: 'loading' }
const NOTHING_KNOWN: Known = { apps: null, jobs: null, history: null, operators: null, config: null }

export function reduce(state: AdminState, event: AdminEvent): AdminState {
  if (event.type === 'gone') return state.name === 'gone' ? state : { name: 'gone' }
  switch (state.name) {
    case 'loading':
      if (event.type === 'loaded') return arrived(event)
      return event.type === 'loadFailed' ? { name: 'unreachable', code: event.code } : state
    case 'unreachable':
      return event.type === 'retry' ? initialAdmin : state
    case 'gone':
      return state
    case 'claim':
      if (event.type === 'claim' && state.code === null) return { ...state, code: event.code, problem: null }
      if (event.type === 'claimed' && state.code !== null) return initialAdmin
      return event.type === 'failed' && state.code !== null ? { ...state, code: null, problem: event.code } : state
    case 'desk':
      return atDesk(state, event)
  }
}

function arrived({ me, section, account }: Extract<AdminEvent, { type: 'loaded' }>): AdminState {
  if (me.role === 'claimant') return { name: 'claim', me, code: null, problem: null }
  const quiet = { asking: null, busy: false, outcome: null, problem: null }
  const people = { query: '', found: [], opening: account, seen: null }
  return { name: 'desk', me, section, numbers: [], node: '', known: NOTHING_KNOWN, ...people, ...quiet }
}

function atDesk(desk: Desk, event: AdminEvent): Desk {
  switch (event.type) {
    case 'go':
      return desk.busy ? desk : { ...desk, section: event.section, asking: null, outcome: null, problem: null }
    case 'numbers': {
      const { node } = event.numbers
      return {
        ...desk,
        numbers: withNumbers(desk.numbers, event.numbers),
        node: desk.node || node.id,
        problem: desk.asking && desk.problem,
      }
    }
    case 'showNode':
      return desk.numbers.some(({ node }) => node.id === event.node) ? { ...desk, node: event.node } : desk
    case 'read':
      return {
        ...desk,
        known: { ...desk.known, [event.read.of]: event.read.news },
        problem: desk.asking && desk.problem,
      }
    case 'search':
      return desk.busy ? desk : { ...desk, ...CLOSED, query: event.query, found: event.query === '' ? [] : null }
    case 'found':
      return desk.found === null ? { ...desk, found: event.found } : desk
    case 'open':
      return desk.busy ? desk : { ...desk, ...CLOSED, section: 'accounts', opening: event.account }
    case 'seen':
      return desk.opening === null ? desk : { ...desk, opening: null, seen: event.seen }
    case 'close':
      return desk.busy ? desk : { ...desk, ...CLOSED }
    case 'failed':
      return { ...desk, busy: false, opening: null, found: desk.found ?? [], problem: event.code }
    default:
      return withWish(desk, event)
  }
}

/** No account is open, and nothing is said about one. */
const CLOSED = { opening: null, seen: null, asking: null, outcome: null, problem: null } as const

function withWish(desk: Desk, event: AdminEvent): Desk {
  switch (event.type) {
    case 'ask':
      return desk.busy ? desk : { ...desk, asking: event.wish, outcome: null, problem: null }
    case 'keep':
      return desk.busy || desk.asking === null ? desk : { ...desk, asking: null, problem: null }
    case 'carryOut':
      return desk.busy || desk.asking === null ? desk : { ...desk, busy: true, problem: null }
    case 'ordered': {
      if (!desk.busy) return desk
      // What is shown has changed: it is read again.
      const opening = desk.seen?.account.id ?? null
      return {
        ...desk,
        busy: false,
        asking: null,
        outcome: event.outcome,
        opening,
        known: { ...desk.known, operators: null },
      }
    }
    case 'started':
      return desk.busy ? { ...desk, busy: false, asking: null } : desk
    default:
      return desk
  }
}
