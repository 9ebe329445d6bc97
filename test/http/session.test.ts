// koa-session over the real store: what it would write back after a logout is dropped, whatever a handler did to it.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createKeyring } from '#server/core/keyring.js'
import type { SessionRecord } from '#server/core/ports.js'
import { SESSION_LIMITS, sessionHash } from '#server/core/session/session.js'
import { createSessions } from '#server/core/session/sessions.js'
import { cookieNames } from '#server/http/cookies.js'
import { sessions as sessionMiddleware } from '#server/http/session.js'
import { createVisitors } from '#server/http/visitor.js'
import { createLocalBus } from '#server/push/local-bus.js'
import { account, session } from '../contract/records.js'
import { movableClock, openScratchStore, SILENT } from '../core/scratch-store.js'

type Handler = (ctx: Koa.Context) => void

/** A server whose one route does `handler` to its session, and answers only when it is let go. */
async function slowRoute(handler: Handler) {
  const { clock, advance } = movableClock()
  const scratch = await openScratchStore(clock)
  const { store } = scratch
  const keyring = createKeyring(['k'.repeat(32)])
  const sessions = createSessions({ store, bus: createLocalBus(SILENT), clock, keyring, limits: SESSION_LIMITS })
  const cookies = cookieNames(false)
  const visitors = createVisitors({ cookies, trustedProxies: 0, returnOrigins: [] })
  const app = new Koa()
  app.silent = true
  const { load, signedIn } = sessionMiddleware(app, { sessions, clock, cookies, secure: false, visitors })
  const gate = { reached: () => {}, open: Promise.resolve() }
  app.use(load)
  app.use(signedIn)
  app.use(async (ctx) => {
    gate.reached()
    await gate.open
    handler(ctx)
    ctx.body ??= 'done'
  })
  const server = createServer(app.callback()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo

  const owner = account({ createdAt: clock() })
  await store.write((tx) => tx.accounts.insert(owner))
  return {
    ...scratch,
    sessions,
    advance,
    /** Somebody signed in, and the headers that say so. */
    async signIn(kind: SessionRecord['kind']) {
      const sessionId = kind.padEnd(43, 'x')
      const [createdAt, expiresAt] = [clock(), clock() + 3_600_000]
      const record = session(owner.id, {
        hash: sessionHash(sessionId),
        kind,
        createdAt,
        lastSeenAt: createdAt,
        expiresAt,
      })
      await store.write((tx) => tx.sessions.insert(record))
      const headers: Record<string, string> =
        kind === 'bearer' ? { authorization: `Bearer ${sessionId}` } : { cookie: `saoma-session=${sessionId}` }
      return { record, headers }
    },
    /** Sends a request that stays under way until `letGo`. */
    async underWay(headers: Record<string, string>) {
      let letGo = () => {}
      const reached = new Promise<void>((resolve) => {
        gate.reached = resolve
      })
      gate.open = new Promise<void>((resolve) => {
        letGo = resolve
      })
      const answer = fetch(`http://127.0.0.1:${port}/`, { headers })
      await reached
      return { answer, letGo }
    },
    ask: (headers: Record<string, string>) => fetch(`http://127.0.0.1:${port}/`, { headers }),
  }
}

const HANDLERS: readonly (readonly [string, Handler])[] = [
  ['leaves its session as it is', () => {}],
  ['changes its session', (ctx) => Object.assign(ctx.session ?? {}, { seen: 1 })],
  [
    'puts another session in its place',
    (ctx) => {
      ctx.session = { ...ctx.session, accountId: 'acc_somebody_else' } as SessionRecord
    },
  ],
  [
    'takes its session away and puts it back',
    (ctx) => {
      const { session: before } = ctx
      ctx.session = null
      ctx.session = { ...before } as SessionRecord
    },
  ],
  [
    'changes its session and throws',
    (ctx) => {
      Object.assign(ctx.session ?? {}, { seen: 1 })
      throw new Error('on purpose')
    },
  ],
]

describe.each(['browser', 'bearer'] as const)('session resurrection (%s): a slow request that', (kind) => {
  test.each(HANDLERS)('%s, under way at the logout: the row stays ended, as it was', async (_, handler) => {
    const { signIn, underWay, sessions, rows, ask } = await slowRoute(handler)
    const { record, headers } = await signIn(kind)
    const { answer, letGo } = await underWay(headers)
    await sessions.logOut(record, record.device)
    const ended = await rows('sessions')
    expect(ended).toMatchObject([{ id: record.id, account_id: record.accountId, ended_at: expect.any(Number) }])
    letGo()
    expect((await answer).headers.getSetCookie()).toEqual([])
    expect(await rows('sessions')).toEqual(ended)
    // The guard stands before the gate: an answer at all means that nobody is signed in.
    for (let old = 0; old < 20; old += 1) expect((await ask(headers)).ok).toBe(false)
  })
})

test('session fixation: a value that was planted is never made a session, whatever a handler does with it', async () => {
  const { rows, ask } = await slowRoute((ctx) => Object.assign(ctx.session ?? {}, { seen: 1 }))
  for (const planted of ['A'.repeat(43), 'a', '', '../../etc']) {
    const answer = await ask({ cookie: `saoma-session=${planted}` })
    expect([answer.ok, answer.headers.getSetCookie()]).toEqual([false, []])
  }
  expect(await rows('sessions')).toEqual([])
})

test('an ended session does not come back by its use being noted late', async () => {
  const { signIn, sessions, rows, advance } = await slowRoute(() => {})
  const { record } = await signIn('browser')
  advance(10 * 60_000)
  const claimed = { sessionId: 'browser'.padEnd(43, 'x'), hash: record.hash, kind: 'browser' } as const
  const [used] = await Promise.all([
    sessions.use(claimed),
    sessions.logOut(record, record.device),
    sessions.use(claimed),
  ])
  expect(used === null || used.record.id === record.id).toBe(true)
  expect(await sessions.use(claimed)).toBeNull()
  expect(await rows('sessions')).toMatchObject([{ ended_at: expect.any(Number) }])
})
