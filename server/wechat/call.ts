// The one door through which this service speaks to WeChat's API: deadline, retries, breaker, the reading of the answer,
// and one log line a failure. Nothing that leaves here, error or log, holds the URL, whose query carries secret, code and token.
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { type Log, type Meter, PlatformError, type PlatformErrorKind } from '#server/core/ports.js'
import { type Answer, errcodeOf, parseAnswer, ridOf } from './answer.js'
import { type BreakerState, createBreaker, type Passage, type Verdict } from './breaker.js'
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
  /** In place of `totalMs` for the one request that tries whether WeChat is well again. */
  readonly probeMs: number
  /** The waits before the second try and the following ones, each varied by a quarter either way. */
  readonly retryMs: readonly number[]
}

export const CALL_LIMITS: CallLimits = {
  connectMs: 2_000,
  totalMs: 5_000,
  maxBytes: 64 * 1024,
  connections: 100,
  polls: 500,
  probeMs: 3_000,
  retryMs: [100, 150, 200, 300, 400, 500],
}

export interface Call<T> {
  /** The operator's key of the app that it is about, for the log; null where nobody knows. */
  readonly app: string | null
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
  /**
   * `unspent`: again only when nothing was written, or when WeChat says that it was too busy to look (-1). `transient`: also
   * after a broken connection.
   */
  readonly retry: 'unspent' | 'transient'
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

/** Polls need no breaker: nobody waits for their answer, whoever follows one is patient, and silence is good news. */
export type HostStates = Readonly<Record<Exclude<Host, 'poll'>, BreakerState>>
const UNGUARDED: Passage = { probe: false, settle() {} }

/** The connection died under a request. Too long, too late or no HTTP at all are not worth a second try. */
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET'])

/** What is known of a failure: enough to decide about a retry, to throw and to log. */
interface Failure {
  readonly kind: PlatformErrorKind
  readonly errcode: number | null
  readonly rid: string | null
  readonly retry: 'unspent' | 'transient' | 'never'
  readonly verdict: Verdict
  readonly why: string
}

type Outcome<T> = { readonly value: T } | Failure

export interface Caller {
  /** @throws PlatformError and nothing else. */
  call<T>(request: Call<T>): Promise<T>
  /** How each of WeChat's hosts is taken to be; `open` and `half_open`: calls end at once as `unreachable`. */
  states(): HostStates
  /** Lets calls under way end and closes the connections. */
  close(): Promise<void>
}

/** `random` gives numbers in [0, 1) and spreads retries. */
export function createCaller(deps: {
  urls: Readonly<Record<Host, string>>
  log: Log
  random: () => number
  limits?: Partial<CallLimits>
  /** Counts for the operator; without it nothing is counted. */
  meter?: Pick<Meter, 'calledWechat' | 'wechatRefused'>
}): Caller {
  const limits = { ...CALL_LIMITS, ...deps.limits }
  const hosts = {
    open: hostOf(deps.urls.open, limits.connections, limits),
    api: hostOf(deps.urls.api, limits.connections, limits),
    poll: hostOf(deps.urls.poll, limits.polls, limits),
  }
  const breakers = { open: breakerOf('open'), api: breakerOf('api') }
  let closed: Promise<void> | null = null

  function breakerOf(name: keyof HostStates) {
    return createBreaker(
      () => performance.now(),
      (state) =>
        deps.log[state === 'open' ? 'error' : 'info']('wechat.breaker', { host: hosts[name].host, of: name, state }),
    )
  }

  async function call<T>(request: Call<T>): Promise<T> {
    const { app, host: name = 'api', totalMs = limits.totalMs, signal } = request
    const { origin, host, prefix, pool } = hosts[name]
    const path = prefix + request.path
    const body = request.body && JSON.stringify(request.body)
    const outgoing = { origin, path: `${path}?${new URLSearchParams(request.query)}`, body }
    const started = performance.now()
    const left = (): number => totalMs - (performance.now() - started)

    for (let tries = 0; ; tries += 1) {
      const passage = name === 'poll' ? UNGUARDED : breakers[name].enter()
      // Told by the breaker's own line: no line for each of those who are turned away.
      if (passage === null) {
        deps.meter?.calledWechat(request.path, 'turned_away')
        throw new PlatformError('unreachable', { host, path, errcode: null, rid: null })
      }
      const outcome = await attempt(passage, request, (ms) => send(pool, outgoing, ms, signal), left())
      if ('value' in outcome) {
        deps.meter?.calledWechat(request.path, 'ok')
        return outcome.value
      }

      const wait = (limits.retryMs[tries] ?? Number.POSITIVE_INFINITY) * (0.75 + deps.random() / 2)
      const mayRetry = outcome.retry === 'unspent' || outcome.retry === request.retry
      if (mayRetry && wait < left() && !signal?.aborted) {
        await sleep(wait)
        continue
      }
      const { kind, errcode, rid, why } = outcome
      if (!signal?.aborted) deps.meter?.calledWechat(request.path, kind)
      if (errcode !== null) deps.meter?.wechatRefused(errcode)
      const ms = Math.round(performance.now() - started)
      const level = kind === 'config' ? 'error' : 'warn'
      if (!signal?.aborted)
        deps.log[level]('wechat.call_failed', { app, host, path, kind, errcode, rid, ms, tries: tries + 1, why })
      throw new PlatformError(kind, { host, path, errcode, rid })
    }
  }

  /** One request, and what it says about WeChat's health. */
  async function attempt<T>(
    passage: Passage,
    request: Call<T>,
    ask: (deadlineMs: number) => Promise<Sent>,
    leftMs: number,
  ): Promise<Outcome<T>> {
    let verdict: Verdict = 'unclear'
    try {
      const patience = passage.probe ? Math.min(leftMs, limits.probeMs) : leftMs
      const outcome = judge(request, await ask(Math.max(0, patience)))
      verdict = 'value' in outcome ? 'well' : outcome.verdict
      return outcome
    } finally {
      passage.settle(verdict)
    }
  }

  return {
    call,
    states: () => ({ open: breakers.open.state(), api: breakers.api.state() }),
    close() {
      closed ??= Promise.all(Object.values(hosts).map(({ pool }) => pool.close())).then(() => undefined)
      return closed
    },
  }
}

function hostOf(url: string, connections: number, { connectMs, maxBytes }: CallLimits) {
  const { origin, host, pathname } = new URL(url)
  const pool = new Pool(origin, {
    connect: { timeout: connectMs },
    connections,
    maxResponseSize: maxBytes,
    pipelining: 1,
  })
  return { origin, host, prefix: pathname.replace(/\/+$/, ''), pool }
}

/** Turns what came over the wire into a value or a failure. */
function judge<T>(request: Call<T>, sent: Sent): Outcome<T> {
  const silent = { kind: 'unreachable', errcode: null, rid: null, verdict: 'fault' } as const
  if (!sent.ok) {
    const retry = !sent.sent ? 'unspent' : BROKEN.has(sent.why) ? 'transient' : 'never'
    // Broken off by us, or still in line for one of our own connections: no news of WeChat.
    const ours = sent.why === 'aborted' || (sent.why === 'deadline' && !sent.sent)
    return { ...silent, retry, why: sent.why, ...(ours ? { verdict: 'unclear' } : {}) }
  }
  if (sent.status !== 200) return { ...silent, retry: 'never', why: `status ${sent.status}` }
  const answer = (request.parse ?? parseAnswer)(sent.body)
  if (answer === null) return { ...silent, retry: 'never', why: 'not a JSON object' }

  const rid = ridOf(answer)
  const errcode = errcodeOf(answer)
  // What WeChat says about a code, a person or an app of ours is no fault of its health, however strange.
  const strange = { kind: 'nonsense', errcode: null, rid, retry: 'never', verdict: 'well' } as const
  if (errcode !== 0) {
    if (Number.isNaN(errcode)) return { ...strange, why: 'errcode' }
    request.onRefusal?.(errcode, answer)
    const kind = request.kindOf?.(errcode) ?? kindOfErrcode(errcode)
    const busy = errcode === -1 || errcode === 61450
    return {
      kind,
      errcode,
      rid,
      why: 'errcode',
      ...(busy ? { retry: 'unspent', verdict: 'fault' } : { retry: 'never', verdict: 'well' }),
    }
  }
  const value = request.read(answer)
  return value === null ? { ...strange, why: 'answer' } : { value }
}
