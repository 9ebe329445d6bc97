// The socket protocol `saoma.v1` on /api/live. A socket carries what a page may see; it never carries a credential.
import * as z from 'zod/mini'
import { Qr, Ticket } from './ticket.js'

export const LIVE_PATH = '/api/live'
export const LIVE_PROTOCOL = 'saoma.v1'

export const ClientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('watch'), ticket: z.string().check(z.minLength(1), z.maxLength(80)) }),
  z.strictObject({ type: z.literal('session') }),
])
export type ClientMessage = z.infer<typeof ClientMessage>

export const ServerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ticket'), ticket: Ticket, qr: z.optional(Qr) }),
  z.object({ type: z.literal('session.ended'), reason: z.string() }),
])
export type ServerMessage = z.infer<typeof ServerMessage>

/** Why the server closed a socket. 4401 and 4400 are final for that watch; the others call for a new socket. */
export const CLOSE = {
  done: 1000,
  tooBig: 1009,
  drain: 1012,
  badMessage: 4400,
  notYours: 4401,
  nothingWatched: 4408,
  tooMany: 4429,
} as const
