// One node: the store, WeChat, the login, the socket protocol and the HTTP edge, wired together. main.ts starts one from
// the environment; tests start as many as they like.
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { LIVE_PATH } from '#shared/live.js'
import { createApp } from './app.js'
import { openAvatars } from './avatars.js'
import { joinNodes } from './between-nodes.js'
import { createConsole, STEP_MS } from './console/console.js'
import { createHealth } from './console/health.js'
import { createKeyring } from './core/keyring.js'
import { createLogin } from './core/login/login.js'
import { createSessions } from './core/session/sessions.js'
import { createShedding } from './core/shedding.js'
import { createVault } from './core/vault.js'
import { openStore } from './db/store.js'
import { UNWATCHED } from './event-loop.js'
import { openPlaces } from './geo-places.js'
import { trackConnections } from './http/connections.js'
import { cookieNames } from './http/cookies.js'
import type { Edge } from './http/edge.js'
import { createLimits } from './http/limits/limits.js'
import { begunHere } from './http/limits/network.js'
import { answerWell, guardServer, HTTP_LIMITS, listen } from './http/node-server.js'
import { createNoticePage } from './http/notice-page.js'
import { isOwnOrigin } from './http/origin.js'
import { createPlaces } from './http/place.js'
import { strictHeaders } from './http/security-headers.js'
import { createVisitors } from './http/visitor.js'
import { loadWebPages } from './http/web-pages.js'
import { liveBackend, watcher } from './live-backend.js'
import { createMetrics } from './metrics.js'
import type { Node, NodeOptions } from './node.js'
import { createLive } from './push/live.js'
import { systemSchedule } from './push/schedule.js'
import { attachLive } from './push/ws-binding.js'
import { createRandom } from './random.js'
import { createReadiness } from './readiness.js'
import { createSharedClock } from './shared-clock.js'
import { loadSiteFiles } from './site-files.js'
import { every, forgetWhatIsOver } from './sweep.js'
import { createPlatform } from './wechat/platform.js'
import { createPushes } from './wechat/pushes/pushes.js'

export type { Node, NodeOptions, NodeStatus } from './node.js'

/** Five times before others take a node for dead. */
const BEAT_EVERY_MS = 500
const TAKE_OVER_EVERY_MS = 3_000
const PURGE_EVERY_MS = 10 * 60_000
const LOOK_EVERY_MS = 500
const TIME_EVERY_MS = 60_000
/** Between the closing of the port and that of idle connections, on one of which a request may be on its way. */
const LINGER_MS = 300
/** So many sockets a second are sent away at the end, that those who take them in are not overrun; but no longer than this. */
const LEAVING = { perSecond: 300, mostMs: 8_000 } as const

/** Migrates, repairs what a crash left, listens. @throws Error when anything of that fails; nothing is left open then */
export async function startNode(options: NodeOptions): Promise<Node> {
  const { config, random = createRandom(), schedule = systemSchedule, loop = UNWATCHED } = options
  const { clock, learn } = createSharedClock(options.clock, options.ownClock ?? Date.now, options.log)
  const health = createHealth(options.log, config.apps, clock)
  const { log } = health
  const pages = loadWebPages(options.webDirectory)
  const placeOf = await openPlaces(config.geoipFile)
  const siteFiles = loadSiteFiles(config.siteFiles)
  const { sessionLimits, synchronous } = config
  const store = await openStore({ url: config.databaseUrl, clock, log, sessionLimits, synchronous })
  const keyring = createKeyring(options.keys)
  const metrics = createMetrics()
  const monotonic = () => performance.now()
  const vault = createVault({ store, keyring, clock, random, log, now: monotonic, sleep })
  const platform = createPlatform({ ...config.wechat, log, clock, vault, random: Math.random, meter: metrics })
  const avatars = openAvatars({ config, keyring, clock, log }, options.resolve)
  const { avatarLinks, pictures } = avatars
  let leave = () => {}
  try {
    const { bus, limiter, warnings, close } = await joinNodes({ config, keyring, log, metrics, schedule, random })
    leave = close
    await store.migrate()
    await learn(store.time)
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
      avatarLink: avatarLinks.link,
      placeOf,
      agreementVersion: config.site.agreementVersion,
      siteName: config.site.name,
      meter: metrics,
    })
    await login.endInterrupted(true)

    const sessions = createSessions({ store, bus, clock, keyring, limits: sessionLimits })
    const cookies = cookieNames(config.secure)
    const visitors = createVisitors({ ...config, cookies, placeOf })
    const limits = createLimits({
      limiter,
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
    const shedding = createShedding((begun, delayMs) =>
      log[begun ? 'warn' : 'info']('shedding', { begun, delayMs: Math.round(delayMs) }),
    )
    const { console, ...work } = createConsole({
      ...{ config, store, platform, metrics, health, clock, random, log },
      waiting: () => live.waiting(),
    })
    const edge: Edge = {
      console,
      shedding: shedding.shedding,
      ...{
        login,
        sessions,
        store,
        bus,
        clock,
        random,
        log,
        cookies,
        visitors,
        pages,
        limits,
        siteFiles,
        avatarLinks,
        placeOf,
        pictures,
      },
      meter: metrics,
      openHere: !config.production,
      apps: config.apps,
      pushes: createPushes({ clock, random }),
      serviceKeys: config.serviceKeys,
      publicUrl: config.publicUrl,
      secure: config.secure,
      wechatOrigin: new URL(config.wechat.openUrl).origin,
      auditDays: config.auditDays,
      returnOrigins: config.returnOrigins,
      site,
      places: createPlaces({ simulator: site.simulator, secure: config.secure }),
      notice: createNoticePage({ pages, publicUrl: config.publicUrl, site }),
    }
    let draining = false
    const { troubles } = store
    const ready = createReadiness({
      troubles,
      draining: () => draining,
      lagging: shedding.shedding,
      stuck: shedding.stuck,
      schedule,
      now: monotonic,
    })
    const handle = createApp(edge, ready, warnings).callback()
    const server = createServer(HTTP_LIMITS)
    const connections = trackConnections(server)
    const bare = strictHeaders(config.secure)
    answerWell(server, bare, (req, res) => {
      connections.entered(res)
      handle(req, res)
    })
    guardServer(server, bare)
    const live = createLive({
      backend: liveBackend(edge),
      bus,
      clock,
      schedule,
      random: Math.random,
      log,
      meter: metrics,
      ...(options.timing && { timing: options.timing }),
    })
    const sockets = attachLive({
      server,
      live,
      schedule,
      path: LIVE_PATH,
      // A page that has lost its socket is no newcomer, and without one it would ask again and again over HTTP.
      shedding: (req) => shedding.shedding() && visitors.browserSecret(req) === null,
      capacity: { total: 18_000, perAddress: 1_000 },
      visitor: (req) => watcher(visitors, req),
      // A program without cookies sends no Origin either; a page in a browser cannot say who it is in a header.
      originAllowed: (origin, req) => isOwnOrigin(origin, config.publicUrl) || visitors.program(req),
      addressOf: visitors.address,
      wait: (req) => limits.wait('attach', req),
      refusalHeaders: bare,
    })
    metrics.gauge('saoma_sockets', 'Sockets that are open.', sockets.size)
    metrics.gauge('saoma_writer_queue', 'Transactions that wait for the database.', store.waiting)
    metrics.gauge('saoma_shedding', '1 while new logins are turned away.', () => Number(shedding.shedding()))
    for (const host of ['api', 'open'] as const) {
      metrics.gauge(`saoma_wechat_breaker_${host}`, '0 closed, 1 half open, 2 open: calls to WeChat end at once.', () =>
        ['closed', 'half_open', 'open'].indexOf(platform.states()[host]),
      )
    }
    let loopDelayMs = 0
    const look = async () => {
      loopDelayMs = loop.delay()
      shedding.observe(loopDelayMs, monotonic())
    }
    const sweeps = [
      every(schedule, TIME_EVERY_MS, () => learn(store.time), log),
      every(schedule, LOOK_EVERY_MS, look, log),
      every(schedule, BEAT_EVERY_MS, () => login.beat().then(() => login.endInterrupted(false)), log),
      every(schedule, STEP_MS, work.step, log),
      every(schedule, PURGE_EVERY_MS, () => forgetWhatIsOver(store, config, clock, log), log),
    ]
    const stopTakingOver = every(schedule, TAKE_OVER_EVERY_MS, () => login.takeOver(false), log)
    const url = await listen(server, config.port, config.host)
    await login.takeOver(true).catch((error: unknown) => log.error('sweep.failed', { error }))

    return {
      url,
      store,
      login,
      clock,
      status: () => ({
        draining,
        shedding: shedding.shedding(),
        loopDelayMs,
        sockets: sockets.size(),
        wechat: platform.states(),
      }),
      async close(delayMs = 0) {
        draining = true
        connections.dismiss()
        stopTakingOver()
        if (delayMs > 0) await sleep(delayMs)
        await sockets.close(Math.min(LEAVING.mostMs, (sockets.size() / LEAVING.perSecond) * 1_000))
        live.stop()
        await connections.close(Math.min(delayMs, LINGER_MS))
        // Not before the last callback has ended: others take a node without a beat for dead.
        for (const stop of sweeps) stop()
        loop.stop()
        // Without it the others wait for the leases to run out: no reason to leave the database open.
        metrics.stop()
        await login.handOver().catch((error: unknown) => log.warn('hand_over.failed', { error }))
        leave()
        await avatars.close()
        await platform.close()
        await work.idle()
        await store.close()
      },
    }
  } catch (error) {
    leave()
    await avatars.close()
    await platform.close()
    await store.close()
    throw error
  }
}
