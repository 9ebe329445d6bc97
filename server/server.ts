// One node: the store, WeChat, the login, the socket protocol and the HTTP edge, wired together. main.ts starts one from
// the environment; tests start as many as they like.
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { LIVE_PATH } from '#shared/live.js'
import { createApp } from './app.js'
import type { Config } from './config.js'
import { createKeyring } from './core/keyring.js'
import { createLogin, type Login } from './core/login/login.js'
import type { Clock, Log, Random, Store } from './core/ports.js'
import { createSessions } from './core/session/sessions.js'
import { createVault } from './core/vault.js'
import { type DatabaseStore, openStore } from './db/store.js'
import { cookieNames } from './http/cookies.js'
import type { Edge } from './http/edge.js'
import { createMemoryLimiter } from './http/limits/limiter.js'
import { createLimits } from './http/limits/limits.js'
import { begunHere } from './http/limits/network.js'
import { bareHeaders, guardServer, HTTP_LIMITS } from './http/node-server.js'
import { createNoticePage } from './http/notice-page.js'
import { isOwnOrigin } from './http/origin.js'
import { createPlaces } from './http/place.js'
import { qrSvg } from './http/qr.js'
import { createVisitors, type Visitors } from './http/visitor.js'
import { loadWebPages } from './http/web-pages.js'
import { createMetrics } from './metrics.js'
import { createLive } from './push/live.js'
import type { LiveBackend } from './push/live-ports.js'
import { createLocalBus } from './push/local-bus.js'
import { type Schedule, systemSchedule } from './push/schedule.js'
import { attachLive } from './push/ws-binding.js'
import { createPlatform } from './wechat/platform.js'
import { createPushes } from './wechat/pushes/pushes.js'

export interface NodeOptions {
  readonly config: Config
  /** SESSION_KEYS, newest first. */
  readonly keys: readonly string[]
  readonly log: Log
  /** Where `npm run build` has put the web client. */
  readonly webDirectory: string
  readonly clock?: Clock
  readonly random?: Random
  readonly schedule?: Schedule
}

export interface Node {
  /** Where it listens, e.g. http://127.0.0.1:3000. */
  readonly url: string
  readonly store: Store
  readonly login: Login
  /** Not ready first, then sockets told to go elsewhere, then requests finished, then the database closed. */
  close(): Promise<void>
}

/** Five times before others take a node for dead. */
const BEAT_EVERY_MS = 500
const TAKE_OVER_EVERY_MS = 3_000
const PURGE_EVERY_MS = 10 * 60_000
/** However many probes come, the database is asked once in this time. */
const READY_EVERY_MS = 1_000

/** Migrates, repairs what a crash left, listens. @throws Error when anything of that fails; nothing is left open then */
export async function startNode(options: NodeOptions): Promise<Node> {
  const { config, log, clock = Date.now, random = randomBytes, schedule = systemSchedule } = options
  const pages = loadWebPages(options.webDirectory)
  const { sessionLimits } = config
  const store = await openStore({ url: config.databaseUrl, clock, log, sessionLimits })
  const keyring = createKeyring(options.keys)
  const metrics = createMetrics()
  const vault = createVault({ store, keyring, clock, random })
  const platform = createPlatform({ ...config.wechat, log, clock, vault, random: Math.random, meter: metrics })
  const bus = createLocalBus(log)
  try {
    await store.migrate()
    const login = createLogin({
      store,
      bus,
      platform,
      clock,
      random,
      log,
      sleep: (ms) => sleep(ms),
      keyring,
      sessionLimits,
      apps: config.apps,
      methods: config.methods,
      publicUrl: config.publicUrl,
      siteName: config.site.name,
      meter: metrics,
    })
    await login.endInterrupted(true)

    const sessions = createSessions({ store, bus, clock, keyring, limits: sessionLimits })
    const cookies = cookieNames(config.secure)
    const visitors = createVisitors({ ...config, cookies })
    const limits = createLimits({
      limiter: config.rateLimits === null ? null : createMemoryLimiter(config.rateLimits),
      visitors,
      // For a look around, tests and measurements. In production a proxy may look like this machine itself.
      free: (req) => !config.production && begunHere(req),
      meter: metrics,
    })
    const site: Edge['site'] = {
      site: config.site,
      publicUrl: config.publicUrl,
      methods: [...config.methods],
      languages: ['zh', 'en'],
      simulator: config.simulator === null ? null : config.wechat.openUrl,
    }
    const edge: Edge = {
      ...{ login, sessions, store, bus, clock, random, log, cookies, visitors, pages, limits },
      meter: metrics,
      openHere: !config.production,
      apps: config.apps,
      pushes: createPushes({ clock, random }),
      serviceKeys: config.serviceKeys,
      publicUrl: config.publicUrl,
      secure: config.secure,
      wechatOrigin: new URL(config.wechat.openUrl).origin,
      returnOrigins: config.returnOrigins,
      site,
      places: createPlaces({ simulator: site.simulator, secure: config.secure }),
      notice: createNoticePage({ pages, publicUrl: config.publicUrl, site }),
    }
    let draining = false
    const healthy = atMostEvery(READY_EVERY_MS, clock, () => store.ready())
    const app = createApp(edge, async () => !draining && (await healthy()))
    const handle = app.callback()
    const server = createServer(HTTP_LIMITS, (req, res) => {
      // While draining, each answer is the connection's last, so that keep-alive clients leave by themselves. One whose
      // request was under way before learns nothing of it: its connection is closed behind the answer.
      if (draining) res.setHeader('Connection', 'close')
      res.once('close', () => draining && server.closeIdleConnections())
      handle(req, res)
    })
    guardServer(server, bareHeaders(config.secure))
    const live = createLive({
      backend: liveBackend(edge),
      bus,
      clock,
      schedule,
      random: Math.random,
      log,
      meter: metrics,
    })
    const sockets = attachLive({
      server,
      live,
      schedule,
      path: LIVE_PATH,
      capacity: { total: 18_000, perAddress: 1_000 },
      visitor: (req) => watcher(visitors, req),
      // A program without cookies sends no Origin either; a page in a browser cannot say who it is in a header.
      originAllowed: (origin, req) => isOwnOrigin(origin, config.publicUrl) || visitors.program(req),
      addressOf: visitors.address,
      wait: (req) => limits.wait('attach', req),
      refusalHeaders: bareHeaders(config.secure),
    })
    metrics.gauge('saoma_sockets', 'Sockets that are open.', sockets.size)
    metrics.gauge('saoma_writer_queue', 'Transactions that wait for the database.', store.waiting)
    const sweeps = [
      every(schedule, BEAT_EVERY_MS, () => login.beat().then(() => login.endInterrupted(false)), log),
      every(schedule, TAKE_OVER_EVERY_MS, () => login.takeOver(false), log),
      every(schedule, PURGE_EVERY_MS, () => forgetWhatIsOver(store, config, clock, log), log),
    ]
    const url = await listen(server, config.port, config.host)
    await login.takeOver(true).catch((error: unknown) => log.error('sweep.failed', { error }))

    return {
      url,
      store,
      login,
      async close() {
        draining = true
        for (const stop of sweeps) stop()
        const closed = new Promise<void>((resolve) => server.close(() => resolve()))
        await sockets.close()
        live.stop()
        server.closeIdleConnections()
        await closed
        // Without it the others wait for the leases to run out: no reason to leave the database open.
        metrics.stop()
        await login.handOver().catch((error: unknown) => log.warn('hand_over.failed', { error }))
        await platform.close()
        await store.close()
      },
    }
  } catch (error) {
    await platform.close()
    await store.close()
    throw error
  }
}

/** One line a sweep, unless there was nothing to forget. */
async function forgetWhatIsOver(store: DatabaseStore, { auditDays }: Config, clock: Clock, log: Log): Promise<void> {
  const startedAt = clock()
  const purged = await store.purge(startedAt, { auditMs: auditDays * 24 * 3_600_000 })
  if (Object.values(purged).some((rows) => rows > 0)) log.info('purged', { ...purged, ms: clock() - startedAt })
}

type Watcher = ReturnType<typeof watcher>

/** What a socket's handshake says, kept instead of the request. */
function watcher(visitors: Visitors, req: IncomingMessage) {
  const { cookie, authorization, origin } = req.headers
  const kept = { headers: { cookie, authorization, origin } }
  return {
    secret: visitors.browserSecret(req),
    claimed: visitors.session(req),
    device: visitors.device(req),
    returnTo: (ticketId: string) => visitors.returnTo(kept, ticketId),
  }
}

function liveBackend({ login, sessions, store, clock }: Edge): LiveBackend<Watcher> {
  return {
    async attach(ticketId, { secret, device, returnTo }) {
      const watched = await login.attach({ ticketId, secret, device, returnTo: returnTo(ticketId) }, false)
      if (!watched) return null
      const { ticket, qrContent } = watched
      return { ticket, qr: drawn(qrContent) }
    },
    async views(ids) {
      const views = await login.views(ids)
      return views.map(({ ticket, qrContent }) => ({ ticket, qr: () => drawn(qrContent) }))
    },
    session: async ({ claimed }) => (claimed && (await sessions.find(claimed)))?.id ?? null,
    sessionsAlive: (ids) => store.read.sessions.aliveAmong(ids, clock()),
  }
}

function drawn(content: string | null) {
  return content === null ? null : { content, svg: qrSvg(content) }
}

/** Repeats `work`, each time `ms` after it was done; a failure is logged and tried again next time. */
function every(schedule: Schedule, ms: number, work: () => Promise<unknown>, log: Log): () => void {
  let cancel = () => {}
  let stopped = false
  const next = () => {
    if (stopped) return
    cancel = schedule.after(ms, () => {
      work()
        .catch((error: unknown) => log.error('sweep.failed', { error }))
        .finally(next)
    })
  }
  next()
  return () => {
    stopped = true
    cancel()
  }
}

/** `ask`, or its last answer while that is younger than `ms`. */
function atMostEvery<T>(ms: number, clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null
  let askedAt = 0
  return () => {
    const now = clock()
    if (answer === null || now - askedAt >= ms) {
      askedAt = now
      answer = ask()
    }
    return answer
  }
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const { address, port: bound, family } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`)
    })
  })
}
