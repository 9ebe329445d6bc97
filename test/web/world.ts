// The browser, for machines under test: a clock that the test moves, sockets that it holds the other end of.
import type { ClientMessage, ServerMessage } from '#shared/live.js'
import type { Ticket } from '#shared/ticket.js'
import type { OpenSocket, Timers } from '../../web/world.js'

export interface ManualTimers extends Timers {
  /** Moves the clock, running what falls due in order, and lets every promise settle in between. */
  advance(ms: number): Promise<void>
  /** Delays that are waited for now, shortest first. */
  waiting(): number[]
}

/** `random` is what every roll gives: 1 makes every jittered pause its longest. */
export function manualTimers(random = 1): ManualTimers {
  let now = 1000
  let jobs: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    random: () => random,
    after(ms, run) {
      const job = { at: now + ms, run }
      jobs.push(job)
      return () => {
        jobs = jobs.filter((other) => other !== job)
      }
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const [next] = jobs.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (!next) break
        jobs = jobs.filter((job) => job !== next)
        now = Math.max(now, next.at)
        next.run()
        await settle()
      }
      now = end
    },
    waiting: () => jobs.map(({ at }) => at - now).sort((a, b) => a - b),
  }
}

/** Lets everything run that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

export interface HeldSocket {
  readonly said: ClientMessage[]
  closed: boolean
  opens(): void
  hears(message: ServerMessage): void
  ends(code: number): void
}

export interface Sockets {
  readonly open: OpenSocket
  /** All that were ever opened, oldest first. */
  readonly all: HeldSocket[]
  /** The newest. Throws when there is none. */
  last(): HeldSocket
}

/** `dead`: every socket ends with 1006 as soon as it is opened. */
export function heldSockets(options: { dead?: boolean } = {}): Sockets {
  const all: HeldSocket[] = []
  return {
    all,
    last() {
      const socket = all.at(-1)
      if (!socket) throw new Error('No socket was opened.')
      return socket
    },
    open(on) {
      const held: HeldSocket = {
        said: [],
        closed: false,
        opens: () => held.closed || on.opened(),
        hears: (message) => held.closed || on.heard(message),
        ends: (code) => held.closed || on.ended(code),
      }
      all.push(held)
      if (options.dead) void Promise.resolve().then(() => held.ends(1006))
      return {
        send: (message) => held.said.push(message),
        close: () => {
          held.closed = true
        },
      }
    },
  }
}

export interface Wakes {
  readonly on: (listener: () => void) => () => void
  /** The visitor comes back. */
  wake(): void
  count(): number
}

export function wakes(): Wakes {
  const listeners = new Set<() => void>()
  return {
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    wake: () => {
      for (const listener of [...listeners]) listener()
    },
    count: () => listeners.size,
  }
}

/** A ticket as the wire has it: pending, of `relay`, with ninety seconds to go. */
export function ticket(changes: Partial<Ticket> = {}): Ticket {
  return {
    id: 'tkt_1',
    method: 'relay',
    status: 'pending',
    version: 1,
    expiresAt: 90_000,
    serverTime: 0,
    scannedBy: null,
    reason: null,
    ...changes,
  }
}
