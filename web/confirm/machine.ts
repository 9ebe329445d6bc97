// The phone's page at work: ask the question, keep looking whether it still stands, carry the answer.
import type { Confirmation, Decided } from '#shared/api.js'
import { askUntil } from '../attempts.js'
import { spread } from '../backoff.js'
import type { Answer } from '../http.js'
import { createMachine, type Machine, type Task } from '../machine.js'
import type { OnWake, Timers } from '../world.js'
import { type Asking, type ConfirmEvent, type ConfirmState, type Decision, initialConfirm, reduce } from './state.js'

export interface ConfirmPorts {
  readonly timers: Timers
  readonly onWake: OnWake
  read(signal: AbortSignal): Promise<Answer<Confirmation>>
  decide(answer: Sent, signal: AbortSignal): Promise<Answer<Decided>>
}

/** What goes to the server. Refusing takes neither number nor consent. */
export interface Sent {
  readonly decision: Decision
  readonly matchNumber: string | null
  /** The version of the site's texts that was ticked. */
  readonly consent: string | null
}

export type ConfirmMachine = Machine<ConfirmState, ConfirmEvent>

/** A tap aimed at something else, or a click that another page steered here, comes sooner than this. */
export const ARM_MS = 600
const LOOK_MS = 6000

type Send = (event: ConfirmEvent) => void

/** Starts by asking the server. `stop()` ends everything. */
export function createConfirm(ports: ConfirmPorts): ConfirmMachine {
  return createMachine({ initial: initialConfirm, reduce, task: (state) => taskOf(ports, state) })
}

function taskOf(ports: ConfirmPorts, state: ConfirmState): Task<ConfirmEvent> | null {
  if (state.name === 'loading') return { key: 'load', run: (send) => load(ports, send) }
  if (state.name !== 'asking') return null
  if (state.sending) return { key: `send ${state.sending}`, run: (send) => answer(ports, state, send) }
  return { key: 'look', run: (send) => look(ports, send) }
}

function load({ timers, read }: ConfirmPorts, send: Send): () => void {
  return askUntil(timers, read, {
    done: (got) =>
      send(got.ok ? { type: 'read', question: got.value, now: timers.now() } : { type: 'readFailed', code: got.code }),
  })
}

/** Looks now and then: the question may have run out of time. A look that fails says nothing. */
function look({ timers, onWake, read }: ConfirmPorts, send: Send): () => void {
  const over = new AbortController()
  let cancel = (): void => {}

  async function once(): Promise<void> {
    cancel()
    const got = await read(over.signal)
    if (over.signal.aborted) return
    cancel()
    cancel = timers.after(spread(LOOK_MS, timers.random), () => void once())
    if (got.ok) send({ type: 'read', question: got.value, now: timers.now() })
    else if (got.code === 'ticket_unknown') send({ type: 'readFailed', code: got.code })
  }

  const disarm = timers.after(ARM_MS, () => send({ type: 'armed' }))
  const sleepOn = onWake(() => void once())
  cancel = timers.after(spread(LOOK_MS, timers.random), () => void once())
  return () => {
    over.abort()
    cancel()
    disarm()
    sleepOn()
  }
}

/** Carries the decision. Whatever is refused is followed by a look: the end may be known by now. */
function answer(
  { timers, read, decide }: ConfirmPorts,
  { agreed, digits, question, sending }: Asking,
  send: Send,
): () => void {
  const decision = sending ?? 'deny'
  const nothing = { decision, matchNumber: null, consent: null }
  const sent =
    decision === 'deny' ? nothing : { decision, matchNumber: digits, consent: agreed ? question.consent : null }
  const over = new AbortController()
  const stop = askUntil(timers, (signal) => decide(sent, signal), {
    async done(got) {
      if (got.ok) {
        send({ type: 'decided', status: got.value.status })
        return
      }
      const after = await read(over.signal)
      if (over.signal.aborted) return
      const question = after.ok ? after.value : null
      send({ type: 'decideFailed', code: got.code, question, now: timers.now() })
    },
  })
  return () => {
    over.abort()
    stop()
  }
}
