// What becomes of the code and state that WeChat put into this page's address.
import type { CallbackAnswer } from '#shared/api.js'
import { askUntil } from '../attempts.js'
import type { Answer, Failure } from '../http.js'
import type { Timers } from '../world.js'

export type CallbackState =
  | { readonly name: 'working' }
  /** In a frame: the page around it hears of the rest by itself. */
  | { readonly name: 'done'; readonly refused: boolean }
  | { readonly name: 'failed'; readonly code: Failure }

export interface Returned {
  /** Null when the person refused: WeChat then sends none. */
  readonly code: string | null
  readonly state: string
}

export interface CallbackPorts {
  readonly timers: Timers
  /** Whether this page is inside another. */
  readonly framed: boolean
  post(returned: Returned, signal: AbortSignal): Promise<Answer<CallbackAnswer>>
  leave(to: string): void
}

/** Reads WeChat's answer. Null when it is none: state missing, or either of them given twice. */
export function readReturned(search: string): Returned | null {
  const query = new URLSearchParams(search)
  const [codes, states] = [query.getAll('code'), query.getAll('state')]
  const [state] = states
  if (!state || states.length > 1 || codes.length > 1) return null
  return { code: codes[0] ?? null, state }
}

/** First byte of a state of ours, in hex: what it was made for. */
const PURPOSE = { phone: /^0[1256]/, official: /^0[34]/ } as const

/**
 * Where a login that failed at `path` begins anew: on the login page, or inside WeChat at once. Null for a phone that
 * scanned a code: the new one is on the computer.
 */
export function restartOf(path: string, returned: Returned | null): string | null {
  const state = returned?.state ?? ''
  if (PURPOSE.phone.test(state)) return null
  const [, app] = /\/([A-Za-z0-9_-]+)$/.exec(path) ?? []
  return app && PURPOSE.official.test(state) ? `/wechat/login/${app}` : '/'
}

/** Posts what WeChat returned and tells how it went, each time by `become`. A frame stays, a window goes on. */
export function handOver(
  ports: CallbackPorts,
  returned: Returned | null,
  become: (state: CallbackState) => void,
): void {
  if (!returned) {
    become({ name: 'failed', code: 'state_invalid' })
    return
  }
  askUntil(
    ports.timers,
    (signal) => ports.post(returned, signal),
    {
      done(answer) {
        if (!answer.ok) become({ name: 'failed', code: answer.code })
        else if (ports.framed) become({ name: 'done', refused: answer.value.status === 'denied' })
        else ports.leave(answer.value.next)
      },
    },
    5,
  )
}
