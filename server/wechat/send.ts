// One request over a keep-alive connection, and a truthful word on whether it may have left this machine: a code exchange
// may be tried again only when it certainly has not.
import type { Dispatcher } from 'undici'

/** `sent` is false only if not one byte of the request was written. `why` is an error code, never an address. */
export type Sent =
  | { readonly ok: true; readonly status: number; readonly body: Buffer }
  | { readonly ok: false; readonly sent: boolean; readonly why: string }

/** `body` makes it a POST of JSON. */
export interface Outgoing {
  readonly origin: string
  readonly path: string
  readonly body?: string | undefined
}

/**
 * Never rejects. After `deadlineMs` the answer is a failure and a request that was still waiting for its connection is
 * not written any more. undici may start a request anew by itself when a connection dies; the second start is stopped.
 */
export function send(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  { origin, path, body }: Outgoing,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<Sent> {
  return new Promise((resolve) => {
    let starts = 0
    let status = 0
    let over = false
    let stop: ((reason: Error) => void) | null = null
    const chunks: Buffer[] = []

    const finish = (outcome: Sent): void => {
      over = true
      clearTimeout(deadline)
      signal?.removeEventListener('abort', aborted)
      resolve(outcome)
    }
    const giveUp = (why: string): void => {
      finish({ ok: false, sent: starts > 0, why })
      stop?.(new Error(why))
    }
    const aborted = () => giveUp('aborted')
    // Whole milliseconds: timers of one length share a list, and each other length would have its own.
    const deadline = setTimeout(() => giveUp('deadline'), Math.ceil(deadlineMs))
    if (signal?.aborted) return aborted()
    signal?.addEventListener('abort', aborted, { once: true })

    dispatcher.dispatch(
      {
        origin,
        path,
        ...(body === undefined
          ? { method: 'GET', headers: { accept: 'application/json' } }
          : { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/json' }, body }),
        // Longer than any deadline of ours: a poll may be silent for half a minute.
        headersTimeout: 60_000,
        bodyTimeout: 60_000,
      },
      {
        onRequestStart(controller) {
          stop = (reason) => controller.abort(reason)
          if (over || starts > 0) return stop(new Error('sent at most once'))
          starts += 1
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk)
        },
        onResponseEnd() {
          finish({ ok: true, status, body: Buffer.concat(chunks) })
        },
        onResponseError(_controller, error) {
          finish({ ok: false, sent: starts > 0, why: codeOf(error) })
        },
      },
    )
  })
}

/** The error's code: its message may name what must not be logged. */
function codeOf(error: Error & { code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : error.name
}
