// The socket protocol `saoma.v1` as a state machine over an abstract socket: what a page may say, what it is told, and
// when the talk is over. It knows no WebSocket library and no store.

import type { Bus, Clock, Log, Meter } from '#server/core/ports.js'
import { CLOSE, ClientMessage, type ServerMessage } from '#shared/live.js'
import { isFinal, type Qr, type Ticket } from '#shared/ticket.js'
import type { Live, LiveBackend, LiveConnection, LiveSocket } from './live-ports.js'
import { createSafetyNet } from './safety-net.js'
import type { Schedule } from './schedule.js'
import { createSessionWatches } from './session-watches.js'
import { createTicketWatches, type TicketWatch, type TicketWatcher } from './ticket-watches.js'

/** Milliseconds, except where the name says otherwise. */
export const LIVE_TIMING = {
  /** A new socket that watches nothing is closed after this. */
  watchWithin: 8_000,
  /** A socket with nothing left to tell is closed after this. */
  lingerAfterEnd: 30_000,
  /** Between two re-reads of everything watched; varied by a quarter either way. */
  safetyNet: 2_000,
  messagesPerMinute: 20,
  maxBufferedBytes: 64 * 1024,
}

export interface LiveDeps<V> {
  readonly backend: LiveBackend<V>
  readonly bus: Bus
  readonly clock: Clock
  readonly schedule: Schedule
  /** A number in [0, 1): spreads the re-reads of several nodes. */
  readonly random: () => number
  readonly log: Log
  readonly timing?: Partial<typeof LIVE_TIMING>
  /** Counts for the operator; without it nothing is counted. */
  readonly meter?: Pick<Meter, 'pushed'>
}

const DRAIN_STEP_MS = 50

export function createLive<V>(deps: LiveDeps<V>): Live<V> {
  const { backend, bus, clock, schedule, random, log } = deps
  const timing = { ...LIVE_TIMING, ...deps.timing }
  const connections = new Set<Connection>()
  let draining = false

  /** A class, since there are as many as pages that wait: closures of each would cost more than all that it holds. */
  class Connection implements LiveConnection, TicketWatcher {
    readonly socket: LiveSocket
    readonly visitor: V
    open = true
    /** Whether the ticket watched, and the session, may still change. */
    awaitsTicket = false
    awaitsSession = false
    ticket: TicketWatch<V> | null = null
    unwatchSession: (() => void) | null = null
    cancelIdle: (() => void) | null = null
    minute = clock()
    messages = 0

    constructor(socket: LiveSocket, visitor: V) {
      this.socket = socket
      this.visitor = visitor
    }

    message(data: string | null): void {
      receive(this, data)
    }

    closed(): void {
      release(this)
    }

    tell(ticket: Ticket, qr: Qr | null): void {
      send(this, qr === null ? { type: 'ticket', ticket } : { type: 'ticket', ticket, qr })
      this.awaitsTicket = !isFinal(ticket.status)
      restIfDone(this)
    }

    refuse(): void {
      end(this, CLOSE.notYours, 'not yours')
    }
  }

  const net = createSafetyNet({
    schedule,
    interval: () => timing.safetyNet * (0.75 + random() / 2),
    needed: () => tickets.size() + sessions.size() > 0,
    read: async () => void (await Promise.all([tickets.readAll(), sessions.readAll()])),
  })
  const tickets = createTicketWatches({
    backend,
    schedule,
    clock,
    log,
    horizonMs: timing.safetyNet * 1.25,
    pushed: deps.meter?.pushed,
  })
  const sessions = createSessionWatches({ backend, schedule, log })
  const unsubscribe = bus.subscribe((hint) => {
    if (hint.topic === 'ticket') tickets.hint(hint.id, hint.version)
    else sessions.hint(hint.id)
  }, net.now)

  /** Forgets the connection: no timer, no map entry, nothing sent from here on. */
  function release(connection: Connection): void {
    connection.open = false
    rest(connection)
    if (connection.ticket !== null) tickets.unwatch(connection.ticket)
    connection.unwatchSession?.()
    connections.delete(connection)
    net.settle()
  }

  function end(connection: Connection, code: number, reason: string): void {
    if (!connection.open) return
    release(connection)
    connection.socket.close(code, reason)
  }

  function idle(connection: Connection, ms: number, code: number, reason: string): void {
    rest(connection)
    connection.cancelIdle = schedule.after(ms, () => end(connection, code, reason))
  }

  /** Ends the timer, and lets go of it: it is no small part of what a page costs. */
  function rest(connection: Connection): void {
    connection.cancelIdle?.()
    connection.cancelIdle = null
  }

  function restIfDone(connection: Connection): void {
    if (!connection.open || connection.awaitsTicket || connection.awaitsSession) return
    idle(connection, timing.lingerAfterEnd, CLOSE.done, 'done')
  }

  function send(connection: Connection, message: ServerMessage): void {
    const { open, socket } = connection
    if (!open) return
    if (socket.bufferedAmount > timing.maxBufferedBytes) {
      log.info('live.slow_reader')
      release(connection)
      socket.terminate()
      return
    }
    socket.send(JSON.stringify(message))
  }

  function watchTicket(connection: Connection, id: string): void {
    if (connection.ticket !== null) tickets.unwatch(connection.ticket)
    connection.awaitsTicket = true
    connection.ticket = tickets.watch(id, connection.visitor, connection)
    net.settle()
  }

  function watchSession(connection: Connection): void {
    connection.unwatchSession?.()
    connection.awaitsSession = true
    connection.unwatchSession = sessions.watch(connection.visitor, (reason) => {
      send(connection, { type: 'session.ended', reason })
      connection.awaitsSession = false
      restIfDone(connection)
    })
    net.settle()
  }

  function receive(connection: Connection, data: string | null): void {
    if (!connection.open) return
    if (clock() - connection.minute >= 60_000) {
      connection.minute = clock()
      connection.messages = 0
    }
    connection.messages += 1
    if (connection.messages > timing.messagesPerMinute) {
      end(connection, CLOSE.tooMany, 'too many messages')
      return
    }
    const message = data === null ? null : parse(data)
    if (message === null) {
      end(connection, CLOSE.badMessage, 'bad message')
      return
    }
    rest(connection)
    if (message.type === 'watch') watchTicket(connection, message.ticket)
    else watchSession(connection)
  }

  return {
    opened(socket, visitor) {
      if (draining) {
        socket.close(CLOSE.drain, 'restarting')
        return { message() {}, closed() {} }
      }
      const connection = new Connection(socket, visitor)
      connections.add(connection)
      idle(connection, timing.watchWithin, CLOSE.nothingWatched, 'nothing watched')
      return connection
    },
    drain(withinMs = 0) {
      draining = true
      const leaving = [...connections]
      const turns = Math.max(1, Math.ceil(withinMs / DRAIN_STEP_MS))
      const turn = (n: number): void => {
        const [from, to] = [n, n + 1].map((edge) => Math.floor((edge / turns) * leaving.length))
        for (const connection of leaving.slice(from, to)) end(connection, CLOSE.drain, 'restarting')
        if (n + 1 < turns) schedule.after(DRAIN_STEP_MS, () => turn(n + 1))
      }
      turn(0)
    },
    size: () => connections.size,
    waiting: () => tickets.size(),
    stop() {
      unsubscribe()
      for (const connection of connections) release(connection)
    },
  }
}

function parse(data: string): ClientMessage | null {
  try {
    return ClientMessage.parse(JSON.parse(data))
  } catch {
    return null
  }
}
