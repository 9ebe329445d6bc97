// A socket that comes back: after a random pause when it was lost, a growing one while there is none to be had, and at once
// when the visitor or the network returns. Then a socket that seems to be there has to prove it.
import { CLOSE, type ClientMessage, type ServerMessage } from '#shared/live.js'
import { backoff, spread } from './backoff.js'
import type { LiveSocket, OnWake, OpenSocket, Timers } from './world.js'

/** `live`: the server has answered on this socket. `down`: two sockets in a row got no answer. `up`: not known yet. */
export type LineState = 'up' | 'live' | 'down'

export interface LineDeps {
  readonly timers: Timers
  readonly openSocket: OpenSocket
  readonly onWake: OnWake
  /** What is said first on each socket. */
  readonly hello: ClientMessage
  /** Whether the server answers `hello`. If not, a socket that opened counts as live. */
  readonly answers: boolean
  heard(message: ServerMessage): void
  changed(state: LineState): void
  /** The server will not have this watch: it knows no such thing of ours. The line is closed. */
  refused(): void
}

export interface Line {
  /** The server can be reached again: there is no need to sit out a long pause. */
  hurry(): void
  close(): void
}

const ANSWER_MS = 6_000
/** The same where the server has answered before, and is asked whether it is still there. */
const PROOF_MS = 2_000
/** In a minute. The server hangs up on whoever talks more than twice as much. */
const MOST_PROOFS = 8
/** While the server is away nobody waits longer than this before asking again. */
const DOWN_MS = 8_000
/** A server that restarts loses all its pages at once. A thousand of them come back in this time, fewer than 300 a second. */
const RETURN_MS = 6_000
const STRIKES = 2

/** Keeps one socket open until it is closed, the server refuses, or calls our message bad. */
export function openLine(deps: LineDeps): Line {
  const { timers } = deps
  let socket: LiveSocket | null = null
  let state: LineState = 'up'
  let failures = 0
  let cancel = (): void => {}
  /** When the next socket is opened, while there is none. */
  let dueAt = 0
  /** The server is asked whether it still hears us. */
  let proving = false
  let proofs = 0
  let minute = 0
  let over = false

  function become(next: LineState): void {
    if (state === next) return
    state = next
    deps.changed(next)
  }

  function connect(): void {
    if (over || socket) return
    cancel()
    proving = false
    const mine = deps.openSocket({
      opened() {
        mine.send(deps.hello)
        if (!deps.answers) alive()
      },
      heard(message) {
        alive()
        deps.heard(message)
      },
      ended: lost,
    })
    socket = mine
    // A socket that opens and stays dumb is as dead as one that does not open.
    giveUpOn(mine, ANSWER_MS)
  }

  function giveUpOn(mine: LiveSocket, ms: number): void {
    cancel()
    cancel = timers.after(ms, () => {
      mine.close()
      lost(0)
    })
  }

  /** Sleep and other networks kill sockets without a word. The same message again has to be answered again. */
  function wake(): void {
    if (!socket) connect()
    else if (state === 'live' && deps.answers && !proving && mayAsk()) {
      proving = true
      socket.send(deps.hello)
      giveUpOn(socket, PROOF_MS)
    }
  }

  function mayAsk(): boolean {
    if (timers.now() - minute >= 60_000) {
      minute = timers.now()
      proofs = 0
    }
    proofs += 1
    return proofs <= MOST_PROOFS
  }

  function connectIn(ms: number): void {
    cancel()
    dueAt = timers.now() + ms
    cancel = timers.after(ms, connect)
  }

  function alive(): void {
    cancel()
    proving = false
    failures = 0
    become('live')
  }

  function lost(code: number): void {
    socket = null
    cancel()
    if (over) return
    if (code === CLOSE.notYours) {
      close()
      deps.refused()
      return
    }
    if (code === CLOSE.badMessage) {
      // Our own mistake: another socket would meet the same end.
      become('down')
      close()
      return
    }
    failures += 1
    const restarted = state === 'live' && !proving
    become(failures >= STRIKES ? 'down' : 'up')
    connectIn(restarted ? RETURN_MS * timers.random() : pause())
  }

  function pause(): number {
    if (failures < STRIKES) return backoff(failures - 1, timers.random)
    // All who lost one server together have come this far together. From here on each has a time of its own.
    return failures === STRIKES ? DOWN_MS * timers.random() : spread(DOWN_MS, timers.random)
  }

  function close(): void {
    over = true
    cancel()
    forget()
    socket?.close()
    socket = null
  }

  const forget = deps.onWake(wake)
  connect()
  return {
    hurry() {
      const pause = RETURN_MS * timers.random()
      if (!over && !socket && timers.now() + pause < dueAt) connectIn(pause)
    },
    close,
  }
}
