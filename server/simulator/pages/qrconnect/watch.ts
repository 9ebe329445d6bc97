// The loop that follows one code, and its successors, to the confirmation.

import { begin, type Event, lastSeen, reduce, type State } from './state.js'

export interface WatchDeps {
  /** One long poll. Rejects when there was no answer that can be read. */
  readonly ask: (uuid: string, last: number | null) => Promise<{ readonly errcode: number; readonly code: string }>
  /** A new uuid. Rejects likewise. */
  readonly renew: () => Promise<string>
  readonly wait: (ms: number) => Promise<void>
  readonly show: (state: State) => void
}

/** Follows `uuid` and answers with the code of the confirmation; never rejects. */
export async function watch(uuid: string, deps: WatchDeps): Promise<string> {
  let state: State = begin(uuid)
  while (state.phase !== 'confirmed') {
    await deps.wait(state.waitMs)
    state = reduce(state, await next(state, deps))
    deps.show(state)
  }
  return state.code
}

async function next(state: State, { ask, renew }: WatchDeps): Promise<Event> {
  try {
    if (state.phase === 'renewing') return { type: 'renewed', uuid: await renew() }
    return { type: 'answered', ...(await ask(state.uuid, lastSeen(state))) }
  } catch {
    return { type: 'unreachable' }
  }
}
