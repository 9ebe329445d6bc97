// A socket that comes back: reconnects with a growing, random pause, and at once when the visitor or the network returns.
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

const ANSWER_MS = 6000
/** While the server is away nobody waits longer than this before asking again. */
const DOWN_MS = 8_000
const STRIKES = 2

/** Keeps one socket open until the returned function is called, the server refuses, or calls our message bad. */
export function openLine(deps: LineDeps): () => void {
  const { timers } = deps
  let socket: LiveSocket | null = null
  let state: LineState = 'up'
  let failures = 0
  let cancel = (): void => {}
  let over = false

  function become(next: LineState): void {
    if (state === next) return
    state = next
    deps.changed(next)
  }

  function connect(): void {
    if (over || socket) return
    cancel()
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
    cancel = timers.after(ANSWER_MS, () => {
      mine.close()
      lost(0)
    })
  }

  function alive(): void {
    cancel()
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
    become(failures >= STRIKES ? 'down' : 'up')
    cancel = timers.after(pause(), connect)
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

  const forget = deps.onWake(connect)
  connect()
  return close
}
