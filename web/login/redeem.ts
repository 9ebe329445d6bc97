// Collecting a confirmed login. The answer may be lost, so the same attempt is repeated until there is one.
import { askUntil } from '../attempts.js'
import type { LoginPorts } from './ports.js'
import type { LoginEvent, Shown } from './state.js'

/** Sends `redeemed`, `alreadyIn` or `redeemFailed` in the end, and `struggling` while there is no answer. */
export function redeemTask(
  { api, keep, onWake, timers }: LoginPorts,
  { ticket, attempt }: Shown,
  send: (event: LoginEvent) => void,
): () => void {
  let stopLast = (): void => {}
  const stopFirst = askUntil(
    timers,
    (signal) => api.redeem(ticket.id, attempt, signal),
    {
      failed: () => send({ type: 'struggling' }),
      done(answer) {
        keep.clear()
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
