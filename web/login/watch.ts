// Waiting for news of a ticket over two channels, trusting neither: a socket, and reading it again when the socket is
// down, when the visitor comes back, when the ticket's time is up, and now and then in between.
import { spread } from '../backoff.js'
import { openLine } from '../line.js'
import type { LoginApi, LoginPorts } from './ports.js'
import type { Link, LoginEvent, Shown } from './state.js'

/** Between two readings while the socket is down. */
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
  const over = new AbortController()
  let socketDown = false
  let socketLive = false
  let reading = false
  let cancelPoll = (): void => {}
  let cancelEnd = (): void => {}
  let deadline = -1

  function heard(event: Extract<LoginEvent, { type: 'seen' }>): void {
    expectEnd(event.now + event.ticket.expiresAt - event.ticket.serverTime)
    send(event)
  }

  async function read(): Promise<void> {
    if (reading) return
    reading = true
    cancelPoll()
    const answer = await api.read(id, over.signal)
    reading = false
    if (over.signal.aborted) return
    plan()
    if (answer.ok) {
      if (!socketLive) send({ type: 'linked', link: 'polling' })
      heard({ type: 'seen', ticket: answer.value.ticket, qr: answer.value.qr, now: timers.now() })
    } else if (answer.code === 'ticket_unknown') {
      send({ type: 'unknown' })
    } else if (!socketLive) {
      send({ type: 'linked', link: 'offline' })
    }
  }

  function plan(): void {
    cancelPoll()
    const due = timers.now() >= deadline
    cancelPoll = timers.after(spread(socketDown || due ? POLL_MS : CARE_MS, timers.random), () => void read())
  }

  /** At its end a ticket is read, not guessed at: it may have been confirmed while nobody could tell us. */
  function expectEnd(at: number): void {
    if (at === deadline) return
    deadline = at
    cancelEnd()
    cancelEnd = timers.after(Math.max(0, at - timers.now()) + GRACE_MS, () => void read())
  }

  const links: Readonly<Record<string, Link>> = { live: 'live', up: 'joining' }
  const hangUp = openLine({
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
      socketDown = state === 'down'
      socketLive = state === 'live'
      const link = links[state]
      if (link) send({ type: 'linked', link })
      if (socketDown) void read()
      else plan()
    },
    refused: () => send({ type: 'unknown' }),
  })
  const sleepOn = ports.onWake(() => void read())
  expectEnd(shown.deadline)
  plan()

  return () => {
    over.abort()
    hangUp()
    sleepOn()
    cancelPoll()
    cancelEnd()
  }
}
