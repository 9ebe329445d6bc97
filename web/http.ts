// The one way a page speaks to the server: JSON out, JSON in, every answer checked by the wire's own schema.

import { ErrorBody } from '#shared/api.js'
import { ERRORS, type ErrorCode } from '#shared/errors.js'

/** Why there is no answer: a code of the server's, or `network` when nothing (or nothing sensible) came back. */
export type Failure = ErrorCode | 'network'

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  /** `waitMs`: sooner than this the server does not want to be asked again. */
  | { readonly ok: false; readonly code: Failure; readonly waitMs?: number }

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false }
}

export interface Call<T> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  /** Null when the answer's body is of no interest. */
  readonly schema: Schema<T> | null
  readonly body?: unknown
  readonly signal?: AbortSignal
}

export type Http = <T>(call: Call<T>) => Promise<Answer<T>>

const PATIENCE_MS = 12_000

/**
 * True when nothing was decided and the very same request may simply be sent again: no answer, or one that says that
 * the server was not able to give one. A refusal that a person can do something about is no such thing.
 */
export function mayRetry(code: Failure): boolean {
  if (code === 'network') return true
  const { retry, status } = ERRORS[code]
  return retry === 'again' && (status >= 500 || status === 425 || status === 429)
}

/** A caller over `fetcher`. Never throws: what went wrong, an abort included, is an `ok: false`. */
export function createHttp(fetcher: typeof fetch): Http {
  return async (call) => {
    const patience = new AbortController()
    const abort = (): void => patience.abort()
    const timer = setTimeout(abort, PATIENCE_MS)
    call.signal?.addEventListener('abort', abort)
    if (call.signal?.aborted) abort()
    try {
      const response = await fetcher(call.path, {
        method: call.method,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: patience.signal,
        headers: call.method === 'GET' ? {} : { 'content-type': 'application/json' },
        ...(call.method === 'GET' ? {} : { body: JSON.stringify(call.body ?? {}) }),
      })
      if (!response.ok) {
        const code = codeOf(response.status, await response.json().catch(() => null))
        return code === 'too_many_requests' ? { ok: false, code, waitMs: waitOf(response) } : { ok: false, code }
      }
      return await read(call.schema, response)
    } catch {
      return { ok: false, code: 'network' }
    } finally {
      clearTimeout(timer)
      call.signal?.removeEventListener('abort', abort)
    }
  }
}

async function read<T>(schema: Schema<T> | null, response: Response): Promise<Answer<T>> {
  // Without a schema T is never looked at.
  if (!schema) return { ok: true, value: undefined as T }
  const parsed = schema.safeParse(await response.json())
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, code: 'internal' }
}

function codeOf(status: number, body: unknown): Failure {
  const parsed = ErrorBody.safeParse(body)
  const code = parsed.success ? parsed.data.error.code : ''
  if (Object.keys(ERRORS).includes(code)) return code as ErrorCode
  // Not ours: a proxy in front of the server answered.
  if (status === 502 || status === 503 || status === 504) return 'network'
  return status === 429 ? 'too_many_requests' : status >= 500 ? 'internal' : 'bad_request'
}

const WAIT_MS = 10_000
const LONGEST_WAIT_MS = 10 * 60_000

/** What `Retry-After` says in seconds. */
function waitOf(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'))
  return seconds > 0 ? Math.min(seconds * 1000, LONGEST_WAIT_MS) : WAIT_MS
}
