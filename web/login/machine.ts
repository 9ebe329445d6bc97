// The login page at work: what each phase needs done, and the events that come of it.
import { spread } from '../backoff.js'
import { createMachine, type Machine, type Task } from '../machine.js'
import { beginTask } from './begin.js'
import { bootTask } from './boot.js'
import { whoIsHere } from './known.js'
import type { LoginPorts } from './ports.js'
import { redeemTask } from './redeem.js'
import { initialLogin, type LoginEvent, type LoginState, reduce } from './state.js'
import { watchTask } from './watch.js'

/** Between two times that a page without a server begins anew by itself. */
const UNREACHABLE_MS = 15_000
/** Long enough to read a name, short enough not to be waited for. */
const GREETING_MS = 900

export type LoginMachine = Machine<LoginState, LoginEvent>

/** Starts the page's work at once. `stop()` ends all of it. */
export function createLogin(ports: LoginPorts): LoginMachine {
  const { agreements, asked } = ports
  // Only whoever comes back from WeChat has ticked before: for everybody else the box is empty.
  let ticked = asked.ticket === null ? null : agreements.ticked()
  const initial = { ...initialLogin, onPhone: asked.onPhone, agreedBefore: agreements.load(), ticked }
  agreements.tick(ticked)
  const machine = createMachine({ initial, reduce, task: (state) => taskOf(ports, state) })
  machine.subscribe(() => {
    if (machine.state().ticked === ticked) return
    ticked = machine.state().ticked
    agreements.tick(ticked)
  })
  const stopAsking = whoIsHere(ports, machine.send)
  return {
    ...machine,
    stop() {
      stopAsking()
      machine.stop()
    },
  }
}

function taskOf(ports: LoginPorts, state: LoginState): Task<LoginEvent> | null {
  const { phase } = state
  switch (phase.name) {
    case 'starting':
      return { key: 'boot', run: (send) => bootTask(ports, send) }
    case 'beginning':
      return { key: `begin ${phase.method}`, run: (send) => beginTask(ports, phase, send) }
    case 'watching':
      return { key: `watch ${phase.shown.ticket.id}`, run: (send) => watchTask(ports, phase.shown, send) }
    case 'redeeming':
      return { key: `redeem ${phase.shown.ticket.id}`, run: (send) => redeemTask(ports, phase.shown, state, send) }
    case 'stale':
      return { key: 'stale', run: (send) => ports.onWake(() => send({ type: 'woke' })) }
    case 'unreachable':
      return { key: 'unreachable', run: (send) => waitForServer(ports, phase.waitMs, () => send({ type: 'woke' })) }
    case 'signedIn':
      return { key: 'greet', run: () => ports.timers.after(GREETING_MS, () => ports.leave(phase.returnTo)) }
    case 'leaving':
      return { key: 'leave', run: () => ports.timers.after(0, () => ports.leave(phase.to)) }
    case 'known':
    case 'consent':
    case 'inWechat':
    case 'over':
      return null
  }
}

function waitForServer({ onWake, timers }: LoginPorts, waitMs: number, again: () => void): () => void {
  const until = timers.now() + waitMs
  // Back from another tab, the visitor need not wait, but whoever was told to wait does.
  const sleepOn = onWake(() => timers.now() >= until && again())
  const cancel = timers.after(waitMs + spread(UNREACHABLE_MS, timers.random), again)
  return () => {
    sleepOn()
    cancel()
  }
}
