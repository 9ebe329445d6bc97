// koa-session over the sessions table. The rows are made at redeem, in the same commit as the ticket's end; koa-session
// only reads them here, and ends them at logout. It is mounted on the routes that need a session, and on no others.

import type Koa from 'koa'
import type { Context, Middleware } from 'koa'
import createSession from 'koa-session'
import { AppError } from '#server/core/errors.js'
import type { Clock, SessionRecord, Store } from '#server/core/ports.js'
import { SESSION_TOUCH_MS, sessionExpiry } from '#server/core/session/session.js'
import { type CookieNames, dropCookie } from './cookies.js'
import type { ClaimedSession, Visitors } from './visitor.js'

declare module 'koa' {
  interface ExtendableContext {
    /** Null once ended. Empty when nobody is signed in. */
    session: SessionRecord | { readonly hash?: undefined } | null
  }
}

/**
 * @returns the middleware that loads the session, and the guard behind it that demands one
 */
export function sessions(
  app: Koa,
  deps: { store: Store; clock: Clock; cookies: CookieNames; secure: boolean; visitors: Visitors },
) {
  const { store, clock, cookies, secure, visitors } = deps

  const load: Middleware = createSession(
    {
      key: cookies.session,
      signed: false,
      httpOnly: true,
      sameSite: 'lax',
      secure,
      rolling: false,
      renew: false,
      externalKey: {
        get(ctx) {
          const claimed = visitors.session(ctx.req)
          return claimed ? `${claimed.kind} ${claimed.hash}` : ''
        },
        set: () => {},
      },
      store: {
        async get(key: string) {
          const claimed = await claimedSession(store, readKey(key), clock())
          const record = claimed && (await touch(store, claimed, clock()))
          return record ? { ...record } : undefined
        },
        // Sessions are made at redeem and nowhere else: whatever a slow request would write back here is dropped.
        async set() {},
        async destroy(key: string) {
          await store.write((tx) => tx.sessions.end(readKey(key).hash, clock()))
        },
      },
    },
    app,
  )

  const signedIn: Middleware = async (ctx, next) => {
    sessionOf(ctx)
    await next()
  }
  return { load, signedIn }
}

/** Who is signed in. @throws AppError `signed_out` */
export function sessionOf({ session }: Context): SessionRecord {
  if (session?.hash === undefined) throw new AppError('signed_out')
  return session
}

/** Lets the browser forget a session that is over. What it began before the logout is nobody's afterwards. */
export function forgetSession(ctx: Context, { cookies, secure }: { cookies: CookieNames; secure: boolean }): void {
  // A bearer token stands in no cookie: those that came beside it are somebody else's.
  if (sessionOf(ctx).kind === 'bearer') return
  ctx.session = null
  dropCookie(ctx, cookies.browser, { secure })
}

/** What koa-session keeps of the claim. */
function readKey(key: string): ClaimedSession {
  const [kind, hash = ''] = key.split(' ')
  return { kind: kind === 'bearer' ? 'bearer' : 'browser', hash }
}

/** The living session that is claimed, if it is of the kind that may be claimed this way. */
export async function claimedSession(
  { read }: Pick<Store, 'read'>,
  { hash, kind }: ClaimedSession,
  now: number,
): Promise<SessionRecord | null> {
  const record = await read.sessions.find(hash, now)
  return record?.kind === kind ? record : null
}

/** Notes activity, at most every few minutes: a session check is a read. Null when the session has ended meanwhile. */
async function touch(store: Store, record: SessionRecord, now: number): Promise<SessionRecord | null> {
  if (now - record.lastSeenAt < SESSION_TOUCH_MS) return record
  const expiresAt = sessionExpiry(record.createdAt, now)
  const living = await store.write((tx) => tx.sessions.touch(record.hash, now, expiresAt))
  return living ? { ...record, lastSeenAt: now, expiresAt } : null
}
