// WeChat in a box: the middleware and every group of routes on one page.
import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { accountRoutes } from './routes/account.js'
import { appLoginRoutes } from './routes/app-login.js'
import { authorizeRoutes } from './routes/authorize.js'
import { cgiTokenRoutes } from './routes/cgi-token.js'
import { confirmRoutes } from './routes/confirm.js'
import { controlRoutes } from './routes/control.js'
import { eventRoutes } from './routes/events.js'
import { miniDataRoutes } from './routes/mini-data.js'
import { phoneRoutes } from './routes/phone.js'
import { pollRoutes } from './routes/poll.js'
import { qrcodeRoutes } from './routes/qrcode.js'
import { qrconnectRoutes } from './routes/qrconnect.js'
import { scanRoutes } from './routes/scan.js'
import { sdkQrconnectRoutes } from './routes/sdk-qrconnect.js'
import { snsRoutes } from './routes/sns.js'
import { staticRoutes } from './routes/static.js'
import { unknownApiRoutes } from './routes/unknown-api.js'
import type { Random } from './state/ids.js'
import { readParams, type SimState } from './wire/context.js'
import { catchErrors } from './wire/failure.js'
import { faultyTransport } from './wire/faulty-transport.js'
import { knownHosts } from './wire/known-hosts.js'
import { markAnswers } from './wire/mark-answers.js'
import { recordCalls } from './wire/record-calls.js'
import { createWorld, type World } from './world.js'

export interface SimulatorOptions {
  /** Epoch milliseconds; `POST /sim/clock` adds to it. */
  readonly clock?: () => number
  readonly random?: Random
  /** Where browsers and phones reach it; the address it listens on unless given. */
  readonly advertisedUrl?: string
  /** Hosts that a redirect may go to, without scheme or port. */
  readonly callbackDomains?: readonly string[]
  /** Origins of the sites whose pages the simulated phone may open. */
  readonly siteOrigins?: readonly string[]
  /** Where pushes and apps reach the site's server, where that is not the first of `siteOrigins`. */
  readonly siteServer?: string
  /** How long a poll is held when nothing changes. */
  readonly pollHoldMs?: number
  /** How long a push, or an app on the phone, waits for the site's answer. */
  readonly pushTimeoutMs?: number
  readonly pagesDir?: string
  /** One line for each request that failed unexpectedly. */
  readonly log?: (line: string) => void
}

export interface Simulator {
  /** Port 0 takes a free one. Rejects when the address cannot be had. */
  listen(port: number, host: string): Promise<RunningSimulator>
}

export interface RunningSimulator {
  /** The address it listens on. */
  readonly url: string
  /** Ends held polls and open connections. */
  close(): Promise<void>
}

/** A simulator with the default apps and people. It imports nothing of the server: it is the server's opposite. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  let listeningUrl = ''
  const world = createWorld({
    clock: options.clock ?? Date.now,
    random: options.random ?? randomBytes,
    callbackDomains: options.callbackDomains ?? ['localhost', '127.0.0.1'],
    siteOrigins: options.siteOrigins ?? [],
    siteServer: options.siteServer,
    pollHoldMs: options.pollHoldMs ?? 25_000,
    pushTimeoutMs: options.pushTimeoutMs ?? 5_000,
    pagesDir: options.pagesDir,
    baseUrl: () => (options.advertisedUrl ?? listeningUrl).replace(/\/+$/, ''),
  })
  const app = createApp(world, options.log ?? (() => {}))
  return {
    async listen(port, host) {
      const server = createServer(app.callback())
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, resolve)
      })
      listeningUrl = urlOf(server)
      return { url: listeningUrl, close: () => closeAll(server, world) }
    },
  }
}

function createApp(world: World, log: (line: string) => void): Koa<SimState> {
  const app = new Koa<SimState>()
  app.on('error', (error: Error) => log(`simulator: ${error.stack ?? error.message}`))
  app.use(markAnswers())
  app.use(knownHosts(world))
  app.use(readParams())
  app.use(recordCalls(world))
  app.use(faultyTransport(world))
  app.use(catchErrors(world))
  for (const routes of [
    qrconnectRoutes,
    confirmRoutes,
    pollRoutes,
    authorizeRoutes,
    snsRoutes,
    miniDataRoutes,
    qrcodeRoutes,
    cgiTokenRoutes,
    sdkQrconnectRoutes,
    controlRoutes,
    eventRoutes,
    phoneRoutes,
    scanRoutes,
    accountRoutes,
    appLoginRoutes,
    staticRoutes,
    unknownApiRoutes,
  ]) {
    app.use(routes(world).routes())
  }
  return app
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

function closeAll(server: Server, world: World): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    world.waits.endAll()
    server.closeAllConnections()
  })
}
