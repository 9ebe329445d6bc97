// koa-session over the sessions table. The rows are made at redeem, in the same commit as the ticket's end; koa-session
// only reads them here, and ends them at logout. It is mounted on the routes that need a session, and on no others.

import type Koa from 'koa'
import type { Middleware } from 'koa'
import createSession from 'koa-session'
import { AppError } from '#server/core/errors.js'
import type { Clock, SessionRecord, Store } from '#server/core/ports.js'
import { SESSION_TOUCH_MS, sessionExpiry, sessionHash } from '#server/core/session/session.js'
import type { CookieNames } from './cookies.js'
import type { Visitors } from './visitor.js'

declare module 'koa' {
  interface ExtendableContext {
    /** Null once ended. `accountId` is absent when nobody is signed in. */
    session: { hash?: string; accountId?: string } | null
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
          return claimed ? `${claimed.kind} ${claimed.id}` : ''
        },
        set: () => {},
      },
      store: {
        async get(key: string) {
          const { kind, id } = readKey(key)
          const record = await store.read.sessions.find(sessionHash(id), clock())
          if (record?.kind !== kind) return undefined
          await touch(store, record, clock())
          return { hash: record.hash, accountId: record.accountId }
        },
        // Sessions are made at redeem and nowhere else: whatever a slow request would write back here is dropped.
        async set() {},
        async destroy(key: string) {
          await store.write((tx) => tx.sessions.end(sessionHash(readKey(key).id), clock()))
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

/** What koa-session keeps of the claim: the way it came, and the id. */
function readKey(key: string): { kind: string; id: string } {
  const [kind = '', id = ''] = key.split(' ')
  return { kind, id }
}

/** Notes activity, at most every few minutes: a session check is a read. */
async function touch(store: Store, record: SessionRecord, now: number): Promise<void> {
  if (now - record.lastSeenAt < SESSION_TOUCH_MS) return
  await store.write((tx) => tx.sessions.touch(record.hash, now, sessionExpiry(record.createdAt, now)))
}
