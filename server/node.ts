// What a node is given, and what it can be asked.
import type { openAvatars } from './avatars.js'
import type { Config } from './config.js'
import type { Login } from './core/login/login.js'
import type { Clock, Log, Random, Store } from './core/ports.js'
import type { LoopMonitor } from './event-loop.js'
import type { LIVE_TIMING } from './push/live.js'
import type { Schedule } from './push/schedule.js'
import type { HostStates } from './wechat/call.js'

export interface NodeOptions {
  readonly config: Config
  /** SESSION_KEYS, newest first. */
  readonly keys: readonly string[]
  readonly log: Log
  /** Where `npm run build` has put the web client. */
  readonly webDirectory: string
  /** The time, for tests that own it; else it is `ownClock`, held against the database's. */
  readonly clock?: Clock
  /** This machine's. Default: Date.now. */
  readonly ownClock?: Clock
  readonly random?: Random
  readonly schedule?: Schedule
  /** Default: none, for nodes that share their event loop. */
  readonly loop?: LoopMonitor
  /** What names of WeChat's image hosts lead to, where a test wants to say so. */
  readonly resolve?: Parameters<typeof openAvatars>[1]
  /** Of the socket protocol, where a test wants others. */
  readonly timing?: Partial<typeof LIVE_TIMING>
}

export interface Node {
  /** Where it listens, e.g. http://127.0.0.1:3000. */
  readonly url: string
  readonly store: Store
  readonly login: Login
  /** What time it is there: the database's time, where its own clock is off. */
  readonly clock: Clock
  /** What the operator may see of it. */
  status(): NodeStatus
  /**
   * Not ready first; `delayMs` later sockets are told to go elsewhere, a few at a time; then the port is closed, requests
   * are finished, and the database is closed.
   */
  close(delayMs?: number): Promise<void>
}

export interface NodeStatus {
  readonly draining: boolean
  readonly shedding: boolean
  /** Milliseconds that the event loop was late on average in the last half second. */
  readonly loopDelayMs: number
  readonly sockets: number
  /** Whether calls to WeChat go out. */
  readonly wechat: HostStates
}
