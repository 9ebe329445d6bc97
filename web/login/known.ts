// Somebody who is signed in already opens the page, sent by a site that wants them back.
import type { AccountView } from '#shared/api.js'
import type { LoginPorts } from './ports.js'
import type { LoginEvent, Phase } from './state.js'

/** Who is signed in, and where the page was asked to lead, as the server allows it. */
export interface Known {
  readonly account: AccountView
  readonly returnTo: string
}

/**
 * Sends `known` if somebody is. Asked beside everything else, so that nobody waits longer for a code. Returns what stops it.
 */
export function whoIsHere({ api, asked }: LoginPorts, send: (event: LoginEvent) => void): () => void {
  const over = new AbortController()
  // Without a place to lead to, the first questions ask; whoever names a method wants to sign in by it.
  if (asked.returnTo !== null && asked.method === null && asked.ticket === null) {
    void api.session(over.signal).then((answer) => {
      if (!answer.ok || over.signal.aborted) return
      const { account, returnTo } = answer.value
      if (returnTo !== undefined) send({ type: 'known', account, returnTo })
    })
  }
  return () => over.abort()
}

/** Whoever is signed in is asked first, unless a login is under way already, or the visitor has begun to choose. */
export function greeted(known: Known | null, phase: Phase): Phase {
  const untouched =
    phase.name === 'inWechat' ||
    (phase.name === 'beginning' && phase.previous === null) ||
    (phase.name === 'watching' && phase.shown.ticket.status === 'pending')
  return known && untouched ? { name: 'known', ...known, next: phase } : phase
}
