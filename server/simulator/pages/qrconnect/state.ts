// What the PC page knows of its code, and what each answer of the long poll makes of that.

export type State =
  | {
      /** `waiting` for a scan; `scanned`, not yet answered; `cancelled` on the phone: the same code may be scanned again. */
      readonly phase: 'waiting' | 'scanned' | 'cancelled' | 'renewing'
      readonly uuid: string
      /** How long to wait before the next request. */
      readonly waitMs: number
      /** Requests that have failed since the last answer. */
      readonly failures: number
    }
  | { readonly phase: 'confirmed'; readonly uuid: string; readonly code: string }

export type Event =
  | { readonly type: 'answered'; readonly errcode: number; readonly code: string }
  | { readonly type: 'renewed'; readonly uuid: string }
  | { readonly type: 'unreachable' }

type Watching = Exclude<State, { phase: 'confirmed' }>

const AFTER_SCAN_MS = 100
const AGAIN_MS = 2000
const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 30_000

export function begin(uuid: string): Watching {
  return { phase: 'waiting', uuid, waitMs: 0, failures: 0 }
}

/** The next state. `confirmed` is final. */
export function reduce(state: State, event: Event): State {
  if (state.phase === 'confirmed') return state
  switch (event.type) {
    case 'answered':
      return answered(state, event.errcode, event.code)
    case 'renewed':
      return { phase: 'waiting', uuid: event.uuid, waitMs: AFTER_SCAN_MS, failures: 0 }
    case 'unreachable':
      return retry(state)
  }
}

/** What the poll sends as `last`, so that the server answers at the next change only; null at first. */
export function lastSeen(state: State): 404 | 403 | null {
  if (state.phase === 'scanned') return 404
  if (state.phase === 'cancelled') return 403
  return null
}

function answered(state: Watching, errcode: number, code: string): State {
  const { uuid } = state
  switch (errcode) {
    case 405:
      return code === '' ? renew(uuid, AGAIN_MS) : { phase: 'confirmed', uuid, code }
    case 404:
      return { phase: 'scanned', uuid, waitMs: state.phase === 'scanned' ? AGAIN_MS : AFTER_SCAN_MS, failures: 0 }
    case 403:
      return { phase: 'cancelled', uuid, waitMs: AGAIN_MS, failures: 0 }
    case 408:
      return { ...state, waitMs: AGAIN_MS, failures: 0 }
    case 402:
      return renew(uuid, AFTER_SCAN_MS)
    case 500:
      return renew(uuid, AGAIN_MS)
    default:
      return retry(state)
  }
}

function renew(uuid: string, waitMs: number): Watching {
  return { phase: 'renewing', uuid, waitMs, failures: 0 }
}

function retry(state: Watching): Watching {
  const waitMs = Math.min(FIRST_RETRY_MS * 2 ** state.failures, LAST_RETRY_MS)
  return { ...state, waitMs, failures: state.failures + 1 }
}
