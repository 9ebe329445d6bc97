// The socket protocol `saoma.v1` as a state machine over an abstract socket: what a page may say, what it is told, and
// when the talk is over. It knows no WebSocket library and no store.

import type { Bus, Clock, Log, Meter } from '#server/core/ports.js'
import { CLOSE, ClientMessage, type ServerMessage } from '#shared/live.js'
import { isFinal } from '#shared/ticket.js'
import type { Live, LiveBackend, LiveSocket } from './live-ports.js'
import { createSafetyNet } from './safety-net.js'
import type { Schedule } from './schedule.js'
import { createSessionWatches } from './session-watches.js'
import { createTicketWatches } from './ticket-watches.js'

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

interface Connection<V> {
  readonly socket: LiveSocket
  readonly visitor: V
  open: boolean
  /** Whether the ticket watched, and the session, may still change. */
  awaitsTicket: boolean
  awaitsSession: boolean
  unwatchTicket: () => void
  unwatchSession: () => void
  cancelIdle: () => void
  minute: number
  messages: number
}

const nothing = (): void => {}

export function createLive<V>(deps: LiveDeps<V>): Live<V> {
  const { backend, bus, clock, schedule, random, log } = deps
  const timing = { ...LIVE_TIMING, ...deps.timing }
  const connections = new Set<Connection<V>>()
  let draining = false

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
  function release(connection: Connection<V>): void {
    connection.open = false
    connection.cancelIdle()
    connection.unwatchTicket()
    connection.unwatchSession()
    connections.delete(connection)
    net.settle()
  }

  function end(connection: Connection<V>, code: number, reason: string): void {
    if (!connection.open) return
    release(connection)
    connection.socket.close(code, reason)
  }

  function idle(connection: Connection<V>, ms: number, code: number, reason: string): void {
    connection.cancelIdle()
    connection.cancelIdle = schedule.after(ms, () => end(connection, code, reason))
  }

  function restIfDone(connection: Connection<V>): void {
    if (!connection.open || connection.awaitsTicket || connection.awaitsSession) return
    idle(connection, timing.lingerAfterEnd, CLOSE.done, 'done')
  }

  function send(connection: Connection<V>, message: ServerMessage): void {
    const { open, socket } = connection
    if (!open) return
    if (socket.bufferedAmount() > timing.maxBufferedBytes) {
      log.info('live.slow_reader')
      release(connection)
      socket.terminate()
      return
    }
    socket.send(JSON.stringify(message))
  }

  function watchTicket(connection: Connection<V>, id: string): void {
    connection.unwatchTicket()
    connection.awaitsTicket = true
    connection.unwatchTicket = tickets.watch(id, connection.visitor, {
      tell(ticket, qr) {
        send(connection, qr === null ? { type: 'ticket', ticket } : { type: 'ticket', ticket, qr })
        connection.awaitsTicket = !isFinal(ticket.status)
        restIfDone(connection)
      },
      refuse: () => end(connection, CLOSE.notYours, 'not yours'),
    })
    net.settle()
  }

  function watchSession(connection: Connection<V>): void {
    connection.unwatchSession()
    connection.awaitsSession = true
    connection.unwatchSession = sessions.watch(connection.visitor, (reason) => {
      send(connection, { type: 'session.ended', reason })
      connection.awaitsSession = false
      restIfDone(connection)
    })
    net.settle()
  }

  function receive(connection: Connection<V>, data: string | null): void {
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
    connection.cancelIdle()
    if (message.type === 'watch') watchTicket(connection, message.ticket)
    else watchSession(connection)
  }

  return {
    opened(socket, visitor) {
      if (draining) {
        socket.close(CLOSE.drain, 'restarting')
        return { message: nothing, closed: nothing }
      }
      const connection: Connection<V> = {
        socket,
        visitor,
        open: true,
        awaitsTicket: false,
        awaitsSession: false,
        unwatchTicket: nothing,
        unwatchSession: nothing,
        cancelIdle: nothing,
        minute: clock(),
        messages: 0,
      }
      connections.add(connection)
      idle(connection, timing.watchWithin, CLOSE.nothingWatched, 'nothing watched')
      return {
        message: (data) => receive(connection, data),
        closed: () => release(connection),
      }
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
