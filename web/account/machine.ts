// The account page at work: who am I, watching that it stays so, and the ways to leave.
import type { OwnAccount, OwnLogins, OwnSessions, SignedIn, SiteConfig } from '#shared/api.js'
import { askUntil } from '../attempts.js'
import type { Answer } from '../http.js'
import { openLine } from '../line.js'
import { createMachine, type Machine, type Task } from '../machine.js'
import type { OnWake, OpenSocket, Timers } from '../world.js'
import { type AccountEvent, type AccountState, type Ending, type Here, initialAccount, reduce } from './state.js'

export interface AccountPorts {
  readonly timers: Timers
  readonly openSocket: OpenSocket
  readonly onWake: OnWake
  session(signal: AbortSignal): Promise<Answer<SignedIn>>
  config(signal: AbortSignal): Promise<Answer<SiteConfig>>
  account(signal: AbortSignal): Promise<Answer<OwnAccount>>
  sessions(signal: AbortSignal): Promise<Answer<OwnSessions>>
  logins(signal: AbortSignal): Promise<Answer<OwnLogins>>
  logOut(signal: AbortSignal): Promise<Answer<void>>
  endSessions(which: Ending, signal: AbortSignal): Promise<Answer<void>>
  /** All that is kept about this person, whatever its shape. */
  exportData(signal: AbortSignal): Promise<Answer<unknown>>
  erase(signal: AbortSignal): Promise<Answer<void>>
  /** Gives the visitor `text` as a file. */
  save(text: string): void
  leave(to: string): void
}

export type AccountMachine = Machine<AccountState, AccountEvent>

/** Time to think, once the account's end was asked about. The page counts it down. */
export const COOLING_MS = 5000
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
      return here(ports, state)
    case 'ended':
      return { key: 'farewell', run: () => timers.after(FAREWELL_MS, () => leave('/login')) }
    case 'erased':
      return null
    case 'gone':
      return { key: 'gone', run: () => timers.after(0, () => leave('/login')) }
    case 'unreachable':
      return { key: 'wait', run: (send) => ports.onWake(() => send({ type: 'retry' })) }
  }
}

function here(ports: AccountPorts, { busy, ending, erasing }: Here): Task<AccountEvent> | null {
  switch (busy) {
    case 'logOut':
      return { key: busy, run: (send) => logOut(ports, send) }
    case 'export':
      return { key: busy, run: (send) => exportData(ports, send) }
    case 'erase':
      return { key: busy, run: (send) => erase(ports, send) }
    case 'end':
      return ending && { key: busy, run: (send) => endSessions(ports, ending, send) }
    case null:
      return erasing
        ? { key: 'cool', run: (send) => cool(ports, send) }
        : { key: 'watch', run: (send) => watch(ports, send) }
  }
}

/** Watching goes on meanwhile: whoever was logged out elsewhere has nothing to delete here. */
function cool(ports: AccountPorts, send: Send): () => void {
  const stop = watch(ports, send)
  const cancel = ports.timers.after(COOLING_MS, () => send({ type: 'cooled' }))
  return () => {
    stop()
    cancel()
  }
}

function load({ timers, session, config, account, sessions, logins }: AccountPorts, send: Send): () => void {
  const over = new AbortController()
  const site = config(over.signal)
  const own = account(over.signal)
  const list = sessions(over.signal)
  const past = logins(over.signal)
  const stop = askUntil(timers, session, {
    async done(me) {
      if (!me.ok) {
        send(me.code === 'signed_out' ? { type: 'signedOut' } : { type: 'loadFailed', code: me.code })
        return
      }
      const [found, mine, listed, remembered] = await Promise.all([site, own, list, past])
      const doors = mine.ok ? mine.value.doors : null
      const devices = listed.ok ? listed.value : null
      const last = remembered.ok ? remembered.value : null
      send({ type: 'loaded', me: me.value, config: found.ok ? found.value : null, doors, devices, logins: last })
    },
  })
  return () => {
    over.abort()
    stop()
  }
}

/** The socket tells at once; a look on coming back is for what happened while nobody could tell. */
function watch({ timers, openSocket, onWake, session, sessions }: AccountPorts, send: Send): () => void {
  const over = new AbortController()

  async function look(): Promise<void> {
    const me = await session(over.signal)
    if (over.signal.aborted) return
    if (!me.ok && me.code === 'signed_out') {
      send({ type: 'sessionEnded' })
      return
    }
    const list = await sessions(over.signal)
    if (!over.signal.aborted && list.ok) send({ type: 'devices', devices: list.value })
  }

  const line = openLine({
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
    line.close()
    sleepOn()
  }
}

function logOut({ timers, logOut: ask }: AccountPorts, send: Send): () => void {
  return askUntil(timers, ask, {
    done: (answer) => {
      if (answer.ok || answer.code === 'signed_out') send({ type: 'signedOut' })
      else send({ type: 'failed', code: answer.code })
    },
  })
}

/** One that is over already is no failure: that is what was wanted. */
function endSessions({ timers, endSessions: ask }: AccountPorts, which: Ending, send: Send): () => void {
  return askUntil(timers, (signal) => ask(which, signal), {
    done: (answer) => {
      if (answer.ok || answer.code === 'session_unknown') send({ type: 'ended' })
      else if (answer.code === 'signed_out') send({ type: 'sessionEnded' })
      else send({ type: 'failed', code: answer.code })
    },
  })
}

function exportData({ timers, exportData: ask, save }: AccountPorts, send: Send): () => void {
  return askUntil(timers, ask, {
    done: (answer) => {
      if (answer.ok) {
        const text = `${JSON.stringify(answer.value, null, 2)}\n`
        save(text)
        send({ type: 'exported', text })
      } else if (answer.code === 'signed_out') send({ type: 'sessionEnded' })
      else send({ type: 'failed', code: answer.code })
    },
  })
}

/** Nobody signed in, after an answer that was lost: then it was the answer that said so. */
function erase({ timers, erase: ask }: AccountPorts, send: Send): () => void {
  let lost = false
  return askUntil(timers, ask, {
    failed: () => {
      lost = true
    },
    done: (answer) => {
      if (answer.ok || (lost && answer.code === 'signed_out')) send({ type: 'erased' })
      else if (answer.code === 'signed_out') send({ type: 'signedOut' })
      else send({ type: 'failed', code: answer.code })
    },
  })
}
