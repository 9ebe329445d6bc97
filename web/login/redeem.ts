// Collecting a confirmed login. The answer may be lost, so the same attempt is repeated until there is one.
import { askUntil } from '../attempts.js'
import { dueVersion } from './consent.js'
import type { LoginPorts } from './ports.js'
import type { LoginEvent, LoginState, Shown } from './state.js'

/**
 * Sends `redeemed`, `alreadyIn` or `redeemFailed` in the end, and `struggling` while there is no answer.
 * @param state what the visitor has agreed to
 */
export function redeemTask(
  { api, agreements, keep, onWake, timers }: LoginPorts,
  { ticket, attempt }: Shown,
  state: Pick<LoginState, 'config' | 'ticked'>,
  send: (event: LoginEvent) => void,
): () => void {
  let stopLast = (): void => {}
  const stopFirst = askUntil(
    timers,
    (signal) => api.redeem(ticket.id, attempt, state.ticked, signal),
    {
      failed: () => send({ type: 'struggling' }),
      done(answer) {
        // Whoever has still to agree goes on with the same ticket, after a reload, too.
        if (answer.ok || answer.code !== 'consent_required') keep.clear()
        const due = dueVersion(state)
        if (answer.ok && due !== null) agreements.save(due)
        if (answer.ok) send({ type: 'redeemed', account: answer.value.account, returnTo: answer.value.returnTo })
        else if (answer.code === 'ticket_redeemed') stopLast = lookAround()
        else send({ type: 'redeemFailed', code: answer.code })
      },
    },
    Number.POSITIVE_INFINITY,
    onWake,
  )

  /** Used already: by this browser, which is then signed in, or else in vain. */
  function lookAround(): () => void {
    return askUntil(timers, api.session, {
      done: (session) => send(session.ok ? { type: 'alreadyIn' } : { type: 'redeemFailed', code: 'ticket_redeemed' }),
    })
  }

  return () => {
    stopFirst()
    stopLast()
  }
}
