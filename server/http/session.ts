// koa-session over the sessions table. The rows are made at redeem, in the same commit as the ticket's end, and ended by
// the acts of the core; koa-session only reads them here. It is mounted on the routes that need a session, and on no others.

import type Koa from 'koa'
import type { Context, Middleware } from 'koa'
import createSession from 'koa-session'
import { AppError } from '#server/core/errors.js'
import type { Clock, SessionRecord } from '#server/core/ports.js'
import type { Sessions } from '#server/core/session/sessions.js'
import { type CookieNames, dropCookie, setCookie } from './cookies.js'
import type { Visitors } from './visitor.js'

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
  deps: { sessions: Sessions; clock: Clock; cookies: CookieNames; secure: boolean; visitors: Visitors },
) {
  const { clock, cookies, secure, visitors } = deps
  const { limits, use } = deps.sessions

  const session = createSession(
    {
      key: cookies.session,
      signed: false,
      httpOnly: true,
      sameSite: 'lax',
      secure,
      rolling: false,
      renew: false,
      externalKey: { get: (ctx) => visitors.session(ctx.req)?.hash ?? '', set: () => {} },
      store: {
        async get(_hash, _maxAge, { ctx }: { ctx?: Context }) {
          const claimed = ctx && visitors.session(ctx.req)
          const used = claimed && (await use(claimed))
          if (!ctx || !used) return undefined
          if (used.newId !== null) {
            const maxAgeMs = used.record.createdAt + limits.absoluteMs - clock()
            setCookie(ctx, cookies.session, used.newId, { secure, maxAgeMs })
          }
          return { ...used.record }
        },
        // Sessions are made and ended in the core and nowhere else: whatever a slow request would write back is dropped.
        async set() {},
        async destroy() {},
      },
    },
    app,
  )

  const load: Middleware = (ctx, next) => {
    // koa-session takes the cookie of an ended session away. Whether cookies are Secure follows PUBLIC_URL alone.
    ctx.cookies.secure = secure
    return session(ctx, next)
  }

  const signedIn: Middleware = (ctx, next) => {
    sessionOf(ctx)
    return next()
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
