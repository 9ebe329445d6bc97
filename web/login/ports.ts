// What the login page's machine needs of the world.
import type { Redeemed, SignedIn, SiteConfig } from '#shared/api.js'
import type { Method, TicketBegun, TicketRead } from '#shared/ticket.js'
import type { Answer } from '../http.js'
import type { OnWake, OpenSocket, Timers } from '../world.js'

export interface LoginApi {
  config(signal: AbortSignal): Promise<Answer<SiteConfig>>
  /** Who is signed in, and whether the page may lead where it was asked to; `signed_out` when nobody is. */
  session(signal: AbortSignal): Promise<Answer<SignedIn>>
  begin(method: Method, signal: AbortSignal): Promise<Answer<TicketBegun>>
  read(ticketId: string, signal: AbortSignal): Promise<Answer<TicketRead>>
  /** @param consent the version of the site's texts that the visitor has ticked */
  redeem(ticketId: string, attempt: string, consent: string | null, signal: AbortSignal): Promise<Answer<Redeemed>>
  /** Tells the server that nobody waits for this ticket any more. Nothing depends on its answer. */
  abandon(ticketId: string): void
}

/** The ticket this tab waits for, so that a reload goes on where it was. */
export interface Kept {
  readonly ticketId: string
  readonly method: Method
  readonly attempt: string
  /** Where the page was asked to lead when the ticket was begun. */
  readonly returnTo: string | null
  /** Wall clock, epoch milliseconds: only to forget what is surely over. */
  readonly begunAt: number
}

export interface Keep {
  load(): Kept | null
  save(kept: Omit<Kept, 'begunAt'>): void
  clear(): void
}

/** Which versions of the site's texts were agreed to here. */
export interface Agreements {
  /** With which somebody was signed in by this browser. */
  load(): string | null
  save(version: string): void
  /** Which is ticked in this tab, for when the whole window goes to WeChat and comes back. */
  ticked(): string | null
  tick(version: string | null): void
}

/** What the address asked for when the page was opened. */
export interface Asked {
  /** The ticket of a window that went to WeChat and came back. */
  readonly ticket: string | null
  readonly method: string | null
  readonly returnTo: string | null
  readonly app: string | null
  /** The page is in a phone's own browser. */
  readonly onPhone: boolean
  /** Where the page was opened: its origin, and its path with the query. */
  readonly origin: string
  readonly path: string
}

export interface LoginPorts {
  readonly api: LoginApi
  readonly openSocket: OpenSocket
  readonly onWake: OnWake
  readonly timers: Timers
  readonly keep: Keep
  readonly agreements: Agreements
  readonly asked: Asked
  /** 32 random bytes in base64url. */
  newAttempt(): string
  /** Leaves the page for `to`, without a way back to it. */
  leave(to: string): void
}
