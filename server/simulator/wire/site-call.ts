// Requests from here to the site: pushes, and what apps on the phone send.
import type { World } from '../world.js'

/** Where the site's server is, or null when no site is known. */
export function siteServer({ options }: Pick<World, 'options'>): string | null {
  return options.siteServer ?? options.siteOrigins[0] ?? null
}

/** The answer, or why there is none in time. Redirects are not followed. */
export async function callSite({ waits, options }: World, url: string, init: RequestInit) {
  const tooLate = new AbortController()
  let done = () => {}
  void waits
    .wait(options.pushTimeoutMs, (wake) => {
      done = wake
      return () => {}
    })
    .then(() => tooLate.abort())
  try {
    const answer = await fetch(url, { ...init, redirect: 'manual', signal: tooLate.signal })
    return { status: answer.status, body: await answer.text() }
  } catch (error) {
    if (tooLate.signal.aborted) return `no answer in ${options.pushTimeoutMs} ms`
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return `no answer: ${cause instanceof Error ? cause.message || Reflect.get(cause, 'code') : String(cause)}`
  } finally {
    done()
  }
}
