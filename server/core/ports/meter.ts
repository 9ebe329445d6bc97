// What is counted for the operator. Every word comes from a small closed set: never an id, an address, a name or a secret.
import type { SessionMethod } from '#shared/api.js'
import type { ErrorCode } from '#shared/errors.js'
import type { Method, Reason, TicketStatus } from '#shared/ticket.js'

/** One call of ours to WeChat: its answer was used, or why it was not. */
export type CallOutcome =
  | 'ok'
  | 'turned_away'
  | 'code_rejected'
  | 'unreachable'
  | 'limit'
  | 'config'
  | 'refused'
  | 'nonsense'

/** What became of a hint between nodes: Redis took it, or it was not there; another node's was heard, or made no sense. */
export type HintWay = 'sent' | 'unsent' | 'received' | 'refused'

/** Each function counts one thing, in memory and at once. None of them throws. */
export interface Meter {
  ticketBegun(method: Method): void
  /** A ticket reached its end; one that nobody attached to ends unseen. */
  ticketEnded(method: Method, status: TicketStatus, reason: Reason | null): void
  loggedIn(by: SessionMethod): void
  /** @param ms from the news that a ticket has moved to its page being told */
  pushed(ms: number): void
  hinted(way: HintWay, hints: number): void
  /** @param path of WeChat's API, without its query */
  calledWechat(path: string, outcome: CallOutcome): void
  /** WeChat answered with this errcode. */
  wechatRefused(errcode: number): void
  refused(code: ErrorCode): void
  /** @param rule of the table of rate limits */
  limited(rule: string): void
  /** @param ms from its arrival to its answer */
  answered(status: number, ms: number): void
}
