// Where a browser's tickets lead, until they have rows: one short-lived cookie a ticket, and no more of them than its
// requests can carry. Which of them may be dropped is known beforehand, so that nobody drops what is stored nowhere else.
import type { Context } from 'koa'
import { type CookieNames, cookiePairs, dropCookie, setCookie } from './cookies.js'

const LIVES_MS = 15 * 60_000
/** Bytes of all of them together. All headers of a request may have 8 KiB, and other cookies of the site are among them. */
const MOST = 2_560
/** The oldest ones, up to so many bytes, are never dropped. */
const SAFE = 1_024

interface Kept {
  readonly name: string
  readonly bytes: number
  readonly safe: boolean
}

/** Oldest first, as browsers send them. What has become safe stays so: only older ones ever go, or those that are not. */
function keptBy(header: string | undefined, { returnToPrefix }: CookieNames): Kept[] {
  let until = 0
  return cookiePairs(header)
    .filter(([name]) => name.startsWith(returnToPrefix))
    .map(([name, value]) => {
      const bytes = name.length + value.length
      until += bytes
      return { name, bytes, safe: until <= SAFE }
    })
}

/** True when more tabs of this browser may make it forget where the ticket leads: then it has to be stored. */
export function mayForget(header: string | undefined, cookies: CookieNames, ticketId: string): boolean {
  const own = cookies.returnTo(ticketId)
  // Most pages lead where every page does.
  if (!header?.includes(own)) return false
  return keptBy(header, cookies).some(({ name, safe }) => name === own && !safe)
}

/** Keeps where a ticket leads. For that, of those that may be dropped the oldest ones are. */
export function keepReturnTo(
  ctx: Context,
  { cookies, secure }: { cookies: CookieNames; secure: boolean },
  ticketId: string,
  returnTo: string | null,
): void {
  const name = cookies.returnTo(ticketId)
  const value = returnTo === null ? '' : Buffer.from(returnTo).toString('base64url')
  const kept = keptBy(ctx.get('Cookie'), cookies)
  let bytes = kept.reduce((sum, one) => sum + one.bytes, name.length + value.length)
  for (const one of kept) {
    if (bytes <= MOST) break
    if (one.safe) continue
    dropCookie(ctx, one.name, { secure })
    bytes -= one.bytes
  }
  if (returnTo !== null) setCookie(ctx, name, value, { secure, maxAgeMs: LIVES_MS })
}
