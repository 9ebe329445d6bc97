// Waiting for news of a ticket over two channels, trusting neither: a socket, and reading it again while there is none,
// when the visitor comes back, when the ticket's time is up, and now and then in between.
import { spread } from '../backoff.js'
import { openLine } from '../line.js'
import type { LoginApi, LoginPorts } from './ports.js'
import type { Link, LoginEvent, Shown } from './state.js'

/** Between two readings while the socket is down, or was lost and is not back yet. */
const POLL_MS = 2400
/** Between two readings while it is up: a socket can be dead without anybody being told. */
const CARE_MS = 40_000
/** Past the end, so that the server has seen it too. */
const GRACE_MS = 250

export interface WatchPorts extends Pick<LoginPorts, 'openSocket' | 'onWake' | 'timers'> {
  readonly api: Pick<LoginApi, 'read'>
}

/** Sends `seen`, `linked` and `unknown` until it is stopped. */
export function watchTask(ports: WatchPorts, shown: Shown, send: (event: LoginEvent) => void): () => void {
  const { api, timers } = ports
  const id = shown.ticket.id
  let deaf = false
  let socketLive = false
  let reading: AbortController | null = null
  let cutOff = false
  let cancelPoll = (): void => {}
  let cancelEnd = (): void => {}
  let deadline = -1

  function heard(event: Extract<LoginEvent, { type: 'seen' }>): void {
    expectEnd(event.now + event.ticket.expiresAt - event.ticket.serverTime)
    send(event)
  }

  async function read(): Promise<void> {
    if (reading) return
    const mine = new AbortController()
    reading = mine
    cancelPoll()
    const answer = await api.read(id, mine.signal)
    if (reading !== mine) return
    reading = null
    plan()
    if (answer.ok) {
      if (cutOff) line.hurry()
      cutOff = false
      if (!socketLive) send({ type: 'linked', link: 'polling' })
      heard({ type: 'seen', ticket: answer.value.ticket, qr: answer.value.qr, now: timers.now() })
    } else if (answer.code === 'ticket_unknown') {
      send({ type: 'unknown' })
    } else {
      cutOff = answer.code === 'network'
      if (!socketLive) send({ type: 'linked', link: 'offline' })
    }
  }

  /** Whatever was asked before the sleep may never be answered. */
  function readAnew(): void {
    reading?.abort()
    reading = null
    void read()
  }

  function plan(): void {
    cancelPoll()
    const due = timers.now() >= deadline
    cancelPoll = timers.after(spread(deaf || due ? POLL_MS : CARE_MS, timers.random), () => void read())
  }

  /** At its end a ticket is read, not guessed at: it may have been confirmed while nobody could tell us. */
  function expectEnd(at: number): void {
    if (at === deadline) return
    deadline = at
    cancelEnd()
    cancelEnd = timers.after(Math.max(0, at - timers.now()) + GRACE_MS, () => void read())
  }

  const links: Readonly<Record<string, Link>> = { live: 'live', up: 'joining' }
  const line = openLine({
    timers,
    openSocket: ports.openSocket,
    onWake: ports.onWake,
    hello: { type: 'watch', ticket: id },
    answers: true,
    heard(message) {
      if (message.type === 'ticket' && message.ticket.id === id) {
        heard({ type: 'seen', ticket: message.ticket, qr: message.qr ?? null, now: timers.now() })
      }
    },
    changed(state) {
      deaf = state !== 'live'
      socketLive = state === 'live'
      const link = links[state]
      if (link) send({ type: 'linked', link })
      if (state === 'down') void read()
      else plan()
    },
    refused: () => send({ type: 'unknown' }),
  })
  const sleepOn = ports.onWake(readAnew)
  expectEnd(shown.deadline)
  plan()

  return () => {
    reading?.abort()
    reading = null
    line.close()
    sleepOn()
    cancelPoll()
    cancelEnd()
  }
}
