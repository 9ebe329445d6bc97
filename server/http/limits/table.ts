// How much of what one visitor may do: the one table of rate limits. Multiplied by RATE_LIMITS.

/** Whose bucket it is. A network: an IPv4 /24 or an IPv6 /56, because whoever has one address there has all of them. */
export type Whose = 'network' | 'browser' | 'phone'

export interface Rule {
  readonly whose: Whose
  readonly perMinute: number
  /** So many more, once in ten minutes. */
  readonly burst: number
}

/**
 * Who can show what belongs to them (a state with its cookie, a good key, a signed push, an app's good code) is never
 * turned away for what others at the same address do: of those only the failures are counted.
 */
export const RULES = {
  /** Tickets begun by pages and programs. A waiting page begins one in 90 s. */
  create: { whose: 'network', perMinute: 20, burst: 20 },
  createByBrowser: { whose: 'browser', perMinute: 20, burst: 20 },
  /** Logins begun inside WeChat. Phones share few addresses, and such a beginning costs nothing but a signature. */
  enter: { whose: 'network', perMinute: 120, burst: 240 },
  enterByBrowser: { whose: 'browser', perMinute: 20, burst: 20 },
  /** Sockets opened. After a restart all pages of an office come back at once. */
  attach: { whose: 'network', perMinute: 60, burst: 240 },
  /** Readings of a ticket. A page without a socket asks every 2.4 s. */
  read: { whose: 'browser', perMinute: 120, burst: 120 },
  redeem: { whose: 'browser', perMinute: 30, burst: 30 },
  /** Answers of one phone to the question. */
  confirm: { whose: 'phone', perMinute: 10, burst: 10 },
  /** Tickets asked for by whom they do not belong to. */
  guess: { whose: 'network', perMinute: 60, burst: 60 },
  /** Returns from WeChat that are not this browser's, or not WeChat's. */
  callback: { whose: 'network', perMinute: 30, burst: 30 },
  /** Codes of apps that WeChat does not take. Then nobody there may make us ask WeChat. */
  appLogin: { whose: 'network', perMinute: 20, burst: 20 },
  /** Pushes that WeChat has not signed. */
  notify: { whose: 'network', perMinute: 30, burst: 30 },
  /** Pictures of people: a page shows two of them. An office that opens its pages at nine shares one bucket. */
  avatar: { whose: 'network', perMinute: 300, burst: 600 },
  /** Codes that would have made somebody an operator. Then nobody there may try for a while. */
  operatorCode: { whose: 'network', perMinute: 5, burst: 5 },
  serviceKey: { whose: 'network', perMinute: 10, burst: 10 },
} as const satisfies Record<string, Rule>

export type RuleName = keyof typeof RULES

export const BURST_SECONDS = 600
