// Asking for a new ticket, and giving up the one it replaces.
import { askUntil } from '../attempts.js'
import type { LoginPorts } from './ports.js'
import { show } from './show.js'
import type { LoginEvent, Phase } from './state.js'

/** Sends `begun` or `beginFailed`, once. What a reload needs is kept before the page knows of the ticket. */
export function beginTask(
  { api, asked, keep, newAttempt, timers }: LoginPorts,
  { method, abandoned }: Phase & { name: 'beginning' },
  send: (event: LoginEvent) => void,
): () => void {
  if (abandoned !== null) api.abandon(abandoned)
  return askUntil(timers, (signal) => api.begin(method, signal), {
    done(answer) {
      if (!answer.ok) {
        send({ type: 'beginFailed', code: answer.code, waitMs: answer.waitMs })
        return
      }
      const attempt = newAttempt()
      keep.save({ ticketId: answer.value.ticket.id, method, attempt, returnTo: asked.returnTo })
      send({ type: 'begun', shown: show(answer.value, attempt, timers.now()) })
    },
  })
}
