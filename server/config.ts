// The environment's variables in, one frozen Config out, or one error that names every problem.
import type { SiteConfig } from '#shared/api.js'
import type { Method } from '#shared/ticket.js'
import { readMethods } from './config/methods.js'
import { readSite, readSiteFiles, type SiteFiles } from './config/site.js'
import { createSource, type ReadFile, type Source } from './config/source.js'
import {
  baseUrl,
  databaseUrl,
  duration,
  host,
  line,
  listOf,
  oneOf,
  origin,
  rateLimits,
  redisUrl,
  serviceKey,
  signingKey,
  synchronous,
  wholeNumber,
} from './config/values.js'
import { strangers } from './config/variables.js'
import { APP_KINDS, parseWechatApps, wechatApp } from './config/wechat-apps.js'
import type { WechatApp } from './core/ports.js'
import { SESSION_LIMITS, type SessionLimits } from './core/session/session.js'
import { describeDatabase, namesServer } from './db/address.js'
import type { Synchronous } from './db/sqlite.js'
import { describeRedis } from './redis/address.js'

export interface Config {
  readonly port: number
  readonly host: string
  /** Scheme, host and port under which browsers and phones reach us, as browsers write it in `Origin`. */
  readonly publicUrl: string
  readonly databaseUrl: string
  /** SQLite alone: NORMAL may lose the last commits to a power cut, never to a crash of the process. */
  readonly synchronous: Synchronous

  /** By what nodes that share a database server tell each other; null: by nothing. */
  readonly redisUrl: string | null
  /** Newest first; null: to be made and kept in the data directory. */
  readonly sessionKeys: readonly string[] | null
  readonly sessionLimits: SessionLimits
  /** How many days the audit trail is kept. */
  readonly auditDays: number
  /** Empty exactly when the simulator is to stand in for WeChat. */
  readonly apps: readonly WechatApp[]
  /** Where WeChat's pages, its API and its long poll are; no slash at the end. */
  readonly wechat: { readonly openUrl: string; readonly apiUrl: string; readonly pollUrl: string }
  readonly site: Readonly<SiteConfig['site']>
  readonly siteFiles: SiteFiles
  /** Whether people's pictures are shown: then this service gets them from WeChat. */
  readonly avatars: boolean
  /** A database of where addresses are, on this machine; null: nobody knows. */
  readonly geoipFile: string | null
  /** The methods offered, the default one first. */
  readonly methods: readonly Method[]
  readonly returnOrigins: readonly string[]
  /** What the operator's own back end is known by. */
  readonly serviceKeys: readonly string[]
  readonly trustedProxies: number
  /** By what the table of rate limits is multiplied; null: nothing is limited. */
  readonly rateLimits: number | null
  /** How long, at the end, it says that it is not ready before it closes anything. */
  readonly drainDelayMs: number
  /** Null: WeChat itself is used. */
  readonly simulator: { readonly port: number } | null
  readonly production: boolean
  /** Whether browsers reach us over https. */
  readonly secure: boolean
  readonly logLevel: string
}

/** What cannot be started with: `message` is for the operator, a line a problem, and repeats no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const
const NODE_ENVS = ['production', 'development', 'test'] as const
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/i

/** Reads every variable once. Pure apart from `readFile`. @throws ConfigError */
export function loadConfig(env: Record<string, string | undefined>, { readFile }: { readFile: ReadFile }): Config {
  const source = createSource(env, readFile)
  const { read } = source

  const production = read('NODE_ENV', oneOf(NODE_ENVS), 'development') === 'production'
  const port = read('PORT', wholeNumber(1, 65_535), 3000)
  const listenOn = read('HOST', host, '127.0.0.1')
  const publicUrl = read('PUBLIC_URL', origin(production), `http://localhost:${port}`)
  const apps = read('WECHAT_APPS', (text) => parseWechatApps(text, readFile), [])
  const config: Config = {
    port,
    host: listenOn,
    publicUrl,
    databaseUrl: read('DATABASE_URL', databaseUrl, 'sqlite:./data/saoma.sqlite'),
    synchronous: read('SQLITE_SYNCHRONOUS', synchronous, 'FULL'),

    redisUrl: read('REDIS_URL', redisUrl, null),
    sessionKeys: read('SESSION_KEYS', listOf(signingKey, /[,\n]/), null),
    sessionLimits: readSessionLimits(source),
    auditDays: read('AUDIT_DAYS', wholeNumber(1, 3_650), 180),
    apps,
    wechat: {
      openUrl: read('WECHAT_OPEN_URL', baseUrl(production), 'https://open.weixin.qq.com'),
      apiUrl: read('WECHAT_API_URL', baseUrl(production), 'https://api.weixin.qq.com'),
      pollUrl: read('WECHAT_POLL_URL', baseUrl(production), 'https://lp.open.weixin.qq.com'),
    },
    site: readSite(source),
    siteFiles: readSiteFiles(source),
    avatars: read('AVATARS', oneOf(['on', 'off']), 'on') === 'on',
    geoipFile: read('GEOIP_FILE', line(1_000), null),
    simulator: readSimulator(source, apps, { port, production }),
    methods: readMethods(source, apps),
    serviceKeys: read('SERVICE_KEYS', listOf(serviceKey, /[,\n]/), []),
    returnOrigins: read('RETURN_ORIGINS', listOf(origin(production)), []),
    trustedProxies: read('TRUSTED_PROXIES', wholeNumber(0, 10), 0),
    rateLimits: read('RATE_LIMITS', rateLimits, 1),
    drainDelayMs: read('DRAIN_DELAY', duration('0s', '60s'), 0),
    production,
    secure: publicUrl.startsWith('https:'),
    logLevel: read('LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
  }

  if (config.redisUrl !== null && !source.refused('DATABASE_URL') && !namesServer(config.databaseUrl)) {
    source.refuse(
      'REDIS_URL',
      'is for several nodes, and one process alone owns an SQLite file: there is nobody to tell. Leave it out, or set DATABASE_URL to PostgreSQL or MariaDB',
    )
  }
  if (production && !source.given('SESSION_KEYS')) {
    source.refuse('SESSION_KEYS', 'is required in production: write a key made with `openssl rand -base64 32`')
  }
  if (config.serviceKeys.some((key) => config.sessionKeys?.includes(key))) {
    source.refuse('SERVICE_KEYS', 'has a key of SESSION_KEYS, which signs tickets: write another one')
  }
  if (!source.given('PUBLIC_URL') && production) {
    source.refuse('PUBLIC_URL', 'is required in production: write the https:// address that browsers and phones open')
  } else if (!source.given('PUBLIC_URL') && !source.refused('HOST') && !LOOPBACK.test(listenOn)) {
    source.refuse(
      'PUBLIC_URL',
      `is left at localhost although HOST is open to other machines, and phones must reach it: write http://ADDRESS:${port}`,
    )
  }

  const problems = [...source.problems(), ...strangers(Object.keys(env).filter((name) => env[name]))]
  if (problems.length > 0) throw new ConfigError(problems)
  return freeze(config)
}

/** Whoever sets the absolute limit alone below the usual idle one means it: nothing is idle for longer than it lives. */
function readSessionLimits(source: Source): SessionLimits {
  const absoluteMs = source.read('SESSION_ABSOLUTE', duration('15m', '365d'), SESSION_LIMITS.absoluteMs)
  const idleMs = source.read('SESSION_IDLE', duration('15m', '365d'), Math.min(SESSION_LIMITS.idleMs, absoluteMs))
  if (idleMs > absoluteMs && !source.refused('SESSION_ABSOLUTE')) {
    source.refuse('SESSION_IDLE', 'is longer than SESSION_ABSOLUTE, which ends every session: write a shorter time')
  }
  return { idleMs, absoluteMs }
}

function readSimulator(
  source: Source,
  apps: readonly WechatApp[],
  { port, production }: { port: number; production: boolean },
): Config['simulator'] {
  const wish = source.read('SIMULATOR', oneOf(['on', 'off']), null)
  const simulatorPort = source.read('SIMULATOR_PORT', wholeNumber(1, 65_535), 3001)
  if (source.refused('WECHAT_APPS')) return null

  if (production) {
    if (wish === 'on') source.refuse('SIMULATOR', 'must be off in production, where nobody may be anybody: write off')
    if (apps.length === 0) source.refuse('WECHAT_APPS', 'is required in production: write your WeChat apps')
    return null
  }
  if (wish === 'on' && apps.length > 0) {
    source.refuse('SIMULATOR', 'is on although WECHAT_APPS is set: leave out one of the two')
  }
  if (wish === 'off' && apps.length === 0) {
    source.refuse(
      'SIMULATOR',
      'is off although no WECHAT_APPS is set, so nobody could log in: set WECHAT_APPS, or write on',
    )
  }
  if (apps.length > 0 || wish === 'off') return null
  const comparable = !source.refused('PORT') && !source.refused('SIMULATOR_PORT')
  if (comparable && simulatorPort === port) source.refuse('SIMULATOR_PORT', 'is the same as PORT: write another one')
  return { port: simulatorPort }
}

/**
 * The same configuration with the simulator in WeChat's place.
 * @param simulator its address, and the apps as it lists them; of kinds that we do not know nothing is made
 */
export function withSimulator(
  config: Config,
  simulator: {
    readonly url: string
    readonly apps: readonly (Pick<WechatApp, 'key' | 'appid' | 'secret'> & {
      readonly kind: string
      readonly openPlatform: string | null
      readonly notify?: { readonly token: string; readonly aesKey: string | null }
    })[]
  },
): Config {
  const apps = simulator.apps.flatMap((app) => {
    const kind = APP_KINDS.find((known) => known === app.kind)
    return kind === undefined ? [] : [wechatApp({ ...app, kind })]
  })
  const { url } = simulator
  return freeze({ ...config, apps, wechat: { openUrl: url, apiUrl: url, pollUrl: url } })
}

/** For the start log: flat, and without any secret, key or token. */
export function describeConfig(config: Config): Record<string, string | number | boolean | null> {
  const { sessionKeys, simulator, wechat } = config
  return {
    production: config.production,
    host: config.host,
    port: config.port,
    publicUrl: config.publicUrl,
    database: describeDatabase(config.databaseUrl),
    synchronous: config.synchronous,

    redis: config.redisUrl && describeRedis(config.redisUrl),
    sessionKeys: sessionKeys === null ? 'made and kept in the data directory' : `${sessionKeys.length} configured`,
    sessionIdleMinutes: config.sessionLimits.idleMs / 60_000,
    sessionAbsoluteMinutes: config.sessionLimits.absoluteMs / 60_000,
    auditDays: config.auditDays,
    apps: config.apps.map(({ key, kind, appid }) => `${key} (${kind}, ${appid})`).join(', '),
    methods: config.methods.join(', '),
    wechatOpenUrl: wechat.openUrl,
    wechatApiUrl: wechat.apiUrl,
    wechatPollUrl: wechat.pollUrl,
    serviceKeys: config.serviceKeys.length,
    returnOrigins: config.returnOrigins.join(', '),
    trustedProxies: config.trustedProxies,
    rateLimits: config.rateLimits ?? 'off',
    drainDelayMs: config.drainDelayMs,
    simulatorPort: simulator?.port ?? null,
    siteName: config.site.name,
    agreementVersion: config.site.agreementVersion,
    avatars: config.avatars,
    geoip: config.geoipFile !== null,
    verifyFiles: config.siteFiles.verify.length,
    logLevel: config.logLevel,
  }
}

/** The keys of those apps whose pushes anybody could change who sees one on its way: they come without encryption. */
export function appsWithPlainPushes({ apps }: Pick<Config, 'apps'>): string[] {
  return apps.filter(({ notify }) => notify !== null && notify.aesKey === null).map(({ key }) => key)
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) freeze(inner)
  }
  return Object.freeze(value)
}
