// The account page at work: who am I, watching that it stays so, and logging out.
import type { SignedIn, SiteConfig } from '#shared/api.js'
import { askUntil } from '../attempts.js'
import type { Answer } from '../http.js'
import { openLine } from '../line.js'
import { createMachine, type Machine, type Task } from '../machine.js'
import type { OnWake, OpenSocket, Timers } from '../world.js'
import { type AccountEvent, type AccountState, initialAccount, reduce } from './state.js'

export interface AccountPorts {
  readonly timers: Timers
  readonly openSocket: OpenSocket
  readonly onWake: OnWake
  session(signal: AbortSignal): Promise<Answer<SignedIn>>
  config(signal: AbortSignal): Promise<Answer<SiteConfig>>
  logOut(signal: AbortSignal): Promise<Answer<void>>
  leave(to: string): void
}

export type AccountMachine = Machine<AccountState, AccountEvent>

/** Time to read that the session has ended. */
const FAREWELL_MS = 4000

type Send = (event: AccountEvent) => void

/** Starts by asking who is signed in. `stop()` ends everything. */
export function createAccount(ports: AccountPorts): AccountMachine {
  return createMachine({ initial: initialAccount, reduce, task: (state) => taskOf(ports, state) })
}

function taskOf(ports: AccountPorts, state: AccountState): Task<AccountEvent> | null {
  const { timers, leave } = ports
  switch (state.name) {
    case 'loading':
      return { key: 'load', run: (send) => load(ports, send) }
    case 'here':
      if (state.leaving) return { key: 'log out', run: (send) => logOut(ports, send) }
      return { key: 'watch', run: (send) => watch(ports, send) }
    case 'ended':
      return { key: 'farewell', run: () => timers.after(FAREWELL_MS, () => leave('/login')) }
    case 'gone':
      return { key: 'gone', run: () => timers.after(0, () => leave('/login')) }
    case 'unreachable':
      return { key: 'wait', run: (send) => ports.onWake(() => send({ type: 'retry' })) }
  }
}

function load({ timers, session, config }: AccountPorts, send: Send): () => void {
  const over = new AbortController()
  const site = config(over.signal)
  const stop = askUntil(timers, session, {
    async done(me) {
      if (!me.ok) {
        send(me.code === 'signed_out' ? { type: 'signedOut' } : { type: 'loadFailed', code: me.code })
        return
      }
      const found = await site
      send({ type: 'loaded', me: me.value, config: found.ok ? found.value : null })
    },
  })
  return () => {
    over.abort()
    stop()
  }
}

/** The socket tells at once; a look on coming back is for what happened while nobody could tell. */
function watch({ timers, openSocket, onWake, session }: AccountPorts, send: Send): () => void {
  const over = new AbortController()

  async function look(): Promise<void> {
    const me = await session(over.signal)
    if (!over.signal.aborted && !me.ok && me.code === 'signed_out') send({ type: 'sessionEnded' })
  }

  const hangUp = openLine({
    timers,
    openSocket,
    onWake,
    hello: { type: 'session' },
    answers: false,
    heard: (message) => {
      if (message.type === 'session.ended') send({ type: 'sessionEnded' })
    },
    changed: () => {},
    refused: () => void look(),
  })
  const sleepOn = onWake(() => void look())
  return () => {
    over.abort()
    hangUp()
    sleepOn()
  }
}

function logOut({ timers, logOut: ask }: AccountPorts, send: Send): () => void {
  return askUntil(timers, ask, {
    done: (answer) => {
      if (answer.ok || answer.code === 'signed_out') send({ type: 'signedOut' })
      else send({ type: 'logOutFailed', code: answer.code })
    },
  })
}
