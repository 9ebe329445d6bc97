// koa-session over the sessions table. The rows are made at redeem, in the same commit as the ticket's end; koa-session
// only reads them here, and ends them at logout. It is mounted on the routes that need a session, and on no others.

import type Koa from 'koa'
import type { Middleware } from 'koa'
import createSession from 'koa-session'
import { AppError } from '#server/core/errors.js'
import type { Clock, SessionRecord, Store } from '#server/core/ports.js'
import { readSecret } from '#server/core/secrets.js'
import { SESSION_TOUCH_MS, sessionExpiry, sessionHash } from '#server/core/session/session.js'
import { type CookieNames, readCookie } from './cookies.js'

declare module 'koa' {
  interface ExtendableContext {
    /** Null once ended. `accountId` is absent when nobody is signed in. */
    session: { hash?: string; accountId?: string } | null
  }
}

/**
 * @returns the middleware that loads the session, and the guard behind it that demands one
 */
export function sessions(app: Koa, deps: { store: Store; clock: Clock; cookies: CookieNames; secure: boolean }) {
  const { store, clock, cookies, secure } = deps

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
        get: (ctx) => readSecret(readCookie(ctx.get('Cookie'), cookies.session)) ?? '',
        set: () => {},
      },
      store: {
        async get(id: string) {
          const record = await store.read.sessions.find(sessionHash(id), clock())
          if (!record) return undefined
          await touch(store, record, clock())
          return { hash: record.hash, accountId: record.accountId }
        },
        // Sessions are made at redeem and nowhere else: whatever a slow request would write back here is dropped.
        async set() {},
        async destroy(id: string) {
          await store.write((tx) => tx.sessions.end(sessionHash(id), clock()))
        },
      },
    },
    app,
  )

  const signedIn: Middleware = async (ctx, next) => {
    if (!ctx.session?.accountId) throw new AppError('signed_out')
    await next()
  }
  return { load, signedIn }
}

/** Notes activity, at most every few minutes: a session check is a read. */
async function touch(store: Store, record: SessionRecord, now: number): Promise<void> {
  if (now - record.lastSeenAt < SESSION_TOUCH_MS) return
  await store.write((tx) => tx.sessions.touch(record.hash, now, sessionExpiry(record.createdAt, now)))
}
