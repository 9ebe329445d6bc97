// The one door through which this service speaks to WeChat's API: deadline, retries, the reading of the answer, and one
// log line a failure. Nothing that leaves here, error or log, holds the URL, whose query carries secret, code and token.
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import { type Log, PlatformError, type PlatformErrorKind } from '#server/core/ports.js'
import { type Answer, errcodeOf, parseAnswer, ridOf } from './answer.js'
import { kindOfErrcode } from './errcodes.js'
import { type Sent, send } from './send.js'

/** Milliseconds and bytes. `totalMs` spans all tries of one call, and the wait for one of `connections`. */
export interface CallLimits {
  readonly connectMs: number
  readonly totalMs: number
  readonly maxBytes: number
  /** Calls under way at once; others wait. */
  readonly connections: number
  /** Long polls under way at once. */
  readonly polls: number
  /** The waits before the second and the third try, each varied by a quarter either way. */
  readonly retryMs: readonly number[]
}

export const CALL_LIMITS: CallLimits = {
  connectMs: 2_000,
  totalMs: 5_000,
  maxBytes: 64 * 1024,
  connections: 20,
  polls: 500,
  retryMs: [200, 600],
}

export interface Call<T> {
  readonly path: string
  /** Sent in this order. */
  readonly query: Readonly<Record<string, string>>
  /** Which of WeChat's hosts; its API unless named. */
  readonly host?: Host
  /** Sent as a POST of JSON. */
  readonly body?: object
  /** In place of the limits' `totalMs`. */
  readonly totalMs?: number
  readonly signal?: AbortSignal
  /** `unsent`: again only when nothing was written. `transient`: also after a broken connection or WeChat's -1. */
  readonly retry: 'unsent' | 'transient'
  /** What a successful answer says, or null when it breaks WeChat's contract. */
  read(answer: Answer): T | null
  /** The kind of an errcode that means something special for this call. */
  kindOf?(errcode: number): PlatformErrorKind | undefined
  /** In place of JSON: the object in the body, or null. */
  parse?(body: Uint8Array): Answer | null
  /** Sees an error answer before it becomes a PlatformError, which holds no text of WeChat's. */
  onRefusal?(errcode: number, answer: Answer): void
}

/** WeChat's pages, its API, and its long poll. */
export type Host = 'open' | 'api' | 'poll'

/** The connection died under a request. Too long, too late or no HTTP at all are not worth a second try. */
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET'])

/** What is known of a failure: enough to decide about a retry, to throw and to log. */
interface Failure {
  readonly kind: PlatformErrorKind
  readonly errcode: number | null
  readonly rid: string | null
  readonly retry: 'unsent' | 'transient' | 'never'
  readonly why: string
}

type Outcome<T> = { readonly value: T } | Failure

export interface Caller {
  /** @throws PlatformError and nothing else. */
  call<T>(request: Call<T>): Promise<T>
  /** Lets calls under way end and closes the connections. */
  close(): Promise<void>
}

/** `random` gives numbers in [0, 1) and spreads retries. */
export function createCaller(deps: {
  urls: Readonly<Record<Host, string>>
  log: Log
  random: () => number
  limits?: Partial<CallLimits>
}): Caller {
  const limits = { ...CALL_LIMITS, ...deps.limits }
  const hosts = { open: hostOf(deps.urls.open), api: hostOf(deps.urls.api), poll: hostOf(deps.urls.poll) }
  const agentFor = (connections: number) =>
    new Agent({
      connect: { timeout: limits.connectMs },
      connections,
      maxResponseSize: limits.maxBytes,
      pipelining: 1,
    })
  const agents = { calls: agentFor(limits.connections), polls: agentFor(limits.polls) }
  let closed: Promise<void> | null = null

  async function call<T>(request: Call<T>): Promise<T> {
    const { host: name = 'api', totalMs = limits.totalMs, signal } = request
    const { origin, host, prefix } = hosts[name]
    const path = prefix + request.path
    const agent = name === 'poll' ? agents.polls : agents.calls
    const body = request.body && JSON.stringify(request.body)
    const outgoing = { origin, path: `${path}?${new URLSearchParams(request.query)}`, body }
    const started = performance.now()
    const left = (): number => totalMs - (performance.now() - started)

    for (let tries = 0; ; tries += 1) {
      const outcome = judge(request, await send(agent, outgoing, Math.max(0, left()), signal))
      if ('value' in outcome) return outcome.value

      const wait = (limits.retryMs[tries] ?? Number.POSITIVE_INFINITY) * (0.75 + deps.random() / 2)
      const mayRetry = outcome.retry === 'unsent' || outcome.retry === request.retry
      if (mayRetry && wait < left() && !signal?.aborted) {
        await sleep(wait)
        continue
      }
      const { kind, errcode, rid, why } = outcome
      const ms = Math.round(performance.now() - started)
      const level = kind === 'config' ? 'error' : 'warn'
      if (!signal?.aborted)
        deps.log[level]('wechat.call_failed', { host, path, kind, errcode, rid, ms, tries: tries + 1, why })
      throw new PlatformError(kind, { host, path, errcode, rid })
    }
  }

  return {
    call,
    close() {
      closed ??= Promise.all([agents.calls.close(), agents.polls.close()]).then(() => undefined)
      return closed
    },
  }
}

function hostOf(url: string): { origin: string; host: string; prefix: string } {
  const { origin, host, pathname } = new URL(url)
  return { origin, host, prefix: pathname.replace(/\/+$/, '') }
}

/** Turns what came over the wire into a value or a failure. */
function judge<T>(request: Call<T>, sent: Sent): Outcome<T> {
  const silent = { kind: 'unreachable', errcode: null, rid: null } as const
  if (!sent.ok) {
    const retry = !sent.sent ? 'unsent' : BROKEN.has(sent.why) ? 'transient' : 'never'
    return { ...silent, retry, why: sent.why }
  }
  if (sent.status !== 200) return { ...silent, retry: 'never', why: `status ${sent.status}` }
  const answer = (request.parse ?? parseAnswer)(sent.body)
  if (answer === null) return { ...silent, retry: 'never', why: 'not a JSON object' }

  const rid = ridOf(answer)
  const errcode = errcodeOf(answer)
  if (errcode !== 0) {
    if (Number.isNaN(errcode)) return { kind: 'nonsense', errcode: null, rid, retry: 'never', why: 'errcode' }
    request.onRefusal?.(errcode, answer)
    const kind = request.kindOf?.(errcode) ?? kindOfErrcode(errcode)
    return { kind, errcode, rid, retry: errcode === -1 || errcode === 61450 ? 'transient' : 'never', why: 'errcode' }
  }
  const value = request.read(answer)
  return value === null ? { kind: 'nonsense', errcode: null, rid, retry: 'never', why: 'answer' } : { value }
}
