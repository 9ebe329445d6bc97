// What the pages' machines need of the browser, as arguments: tests bring their own.
import { type ClientMessage, LIVE_PATH, LIVE_PROTOCOL, ServerMessage } from '#shared/live.js'

export interface Timers {
  /** Runs `job` once after `ms`. Returns what cancels it. */
  after(ms: number, job: () => void): () => void
  /** Monotonic milliseconds. Nothing to do with the visitor's wall clock. */
  now(): number
  /** From 0 up to 1. */
  random(): number
}

/** One socket. `heard` gives parsed messages only; `ended` is called exactly once, unless `close` was called first. */
export interface LiveSocket {
  send(message: ClientMessage): void
  close(): void
}

export type OpenSocket = (on: {
  opened: () => void
  heard: (message: ServerMessage) => void
  ended: (code: number) => void
}) => LiveSocket

/** Calls `listener` when the visitor, the network or the machine comes back. Returns what ends this. */
export type OnWake = (listener: () => void) => () => void

export const browserTimers: Timers = {
  after(ms, job) {
    const timer = setTimeout(job, ms)
    return () => clearTimeout(timer)
  },
  now: () => performance.now(),
  random: () => Math.random(),
}

/** A machine that sleeps tells nobody: the wall clock has gone on, the timers have not. */
const TICK_MS = 1000
const SLEPT_MS = 5000

export const onBrowserWake: OnWake = (listener) => {
  const visible = (): void => {
    if (document.visibilityState === 'visible') listener()
  }
  let last = Date.now()
  const tick = setInterval(() => {
    const slept = Date.now() - last > SLEPT_MS
    last = Date.now()
    // The timers of a page that nobody sees are slow anyway.
    if (slept) visible()
  }, TICK_MS)
  window.addEventListener('online', listener)
  window.addEventListener('pageshow', listener)
  document.addEventListener('resume', visible)
  document.addEventListener('visibilitychange', visible)
  return () => {
    clearInterval(tick)
    window.removeEventListener('online', listener)
    window.removeEventListener('pageshow', listener)
    document.removeEventListener('resume', visible)
    document.removeEventListener('visibilitychange', visible)
  }
}

/** The socket of this page's own server. */
export const openBrowserSocket: OpenSocket = (on) => {
  const address = new URL(LIVE_PATH, location.href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(address, LIVE_PROTOCOL)
  let silent = false
  socket.onopen = () => on.opened()
  socket.onmessage = (event) => {
    const message = parse(event.data)
    if (message && !silent) on.heard(message)
  }
  socket.onclose = (event) => {
    if (!silent) on.ended(event.code)
  }
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    },
    close: () => {
      silent = true
      socket.close()
    },
  }
}

function parse(data: unknown): ServerMessage | null {
  try {
    const parsed = ServerMessage.safeParse(JSON.parse(String(data)))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
