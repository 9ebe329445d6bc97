// What the socket protocol needs: somebody who knows the truth, and something that behaves like a socket.
import type { Qr, Ticket } from '#shared/ticket.js'

/** What a visitor may see, of the committed truth. `V` is what the handshake told about the visitor. */
export interface LiveBackend<V> {
  /** The ticket if it is this visitor's, and the code that came with attaching; null for any other, told apart by nothing. */
  attach(ticketId: string, visitor: V): Promise<{ ticket: Ticket; qr: Qr | null } | null>
  /** The tickets that exist among `ids`, in any order: one query. `qr` draws a code that came after attaching. */
  views(ids: readonly string[]): Promise<{ readonly ticket: Ticket; qr(): Qr | null }[]>
  /** The id of the visitor's living session, or null when signed out. */
  session(visitor: V): Promise<string | null>
  /** Those of `ids` whose sessions are living: one query. */
  sessionsAlive(ids: readonly string[]): Promise<string[]>
}

export interface LiveSocket {
  send(text: string): void
  close(code: number, reason: string): void
  /** Ends the connection without a farewell. */
  terminate(): void
  /** Bytes accepted by `send` that the peer has not taken yet. */
  readonly bufferedAmount: number
}

/** What the binding reports about one socket. After `closed`, nothing of it is left here. */
export interface LiveConnection {
  /** A text message, or null for one that is no text. */
  message(data: string | null): void
  closed(): void
}

export interface Live<V> {
  opened(socket: LiveSocket, visitor: V): LiveConnection
  /** Closes every socket with 1012, one after the other within so many milliseconds, and every later one at once. */
  drain(withinMs?: number): void
  /** Sockets that are open. */
  size(): number
  /** How many of them wait for a ticket. */
  waiting(): number
  /** Ends all timers and the subscription; closes nothing. */
  stop(): void
}
