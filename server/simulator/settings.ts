// What the simulator's program is started with: flags in, settings or one clear refusal out.
import { parseArgs } from 'node:util'

export interface Settings {
  readonly port: number
  readonly host: string
  readonly advertisedUrl: string | undefined
  readonly siteOrigins: readonly string[]
  /** Where the first site's server is reached from here, if not at its origin. */
  readonly siteServer: string | undefined
  /** Hosts of the sites, beside this machine's own names. */
  readonly callbackDomains: readonly string[]
}

/** Settings that cannot be used; the message says which and why. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

export const USAGE = `Usage: npm run simulator -- [--port 3001] [--host 127.0.0.1] [--site ORIGIN]… [--site-server URL]
       [--advertise URL] [--lan]

  --port         where to listen; SIMULATOR_PORT says the same
  --site         origin of a site of yours, e.g. http://dev.example:8080: its host may be a redirect_uri's
  --site-server  where pushes and apps reach that site, if not at its origin
  --host         another address than this machine's own, together with --lan
  --advertise    how browsers and phones reach the simulator, where that is another address
  --lan          yes, let other machines be anybody`

const LOOPBACK = ['127.0.0.1', 'localhost', '::1']

/**
 * Reads the program's arguments. `nodeEnv` is NODE_ENV, `defaultPort` SIMULATOR_PORT.
 * @throws SettingsError, for `--help` with the usage alone
 */
export function readSettings(args: readonly string[], nodeEnv: string | undefined, defaultPort = '3001'): Settings {
  if (args.includes('--help')) throw new SettingsError(USAGE)
  if (nodeEnv === 'production') {
    throw new SettingsError('the WeChat simulator lets anybody be anybody: it does not start with NODE_ENV=production')
  }
  const flags = parseFlags(args, defaultPort)
  const port = Number(flags.port)
  if (!/^\d{1,5}$/.test(flags.port) || port > 65_535) throw new SettingsError(`--port ${flags.port} is not a port`)
  if (!LOOPBACK.includes(flags.host) && !flags.lan) {
    throw new SettingsError(
      `--host ${flags.host} would show the simulator to other machines, where anybody could be anybody: add --lan to mean it`,
    )
  }
  if (['0.0.0.0', '::'].includes(flags.host) && flags.advertise === undefined) {
    throw new SettingsError(`--host ${flags.host} is no address that a phone can open: add --advertise URL`)
  }
  const sites = flags.site.map((site) => httpUrl('--site', site))
  return {
    port,
    host: flags.host,
    advertisedUrl: flags.advertise && httpUrl('--advertise', flags.advertise).href,
    siteOrigins: sites.map((site) => site.origin),
    siteServer: flags['site-server'] && httpUrl('--site-server', flags['site-server']).origin,
    callbackDomains: [...new Set(['localhost', '127.0.0.1', ...sites.map((site) => site.hostname)])],
  }
}

function parseFlags(args: readonly string[], defaultPort: string) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: defaultPort },
        host: { type: 'string', default: '127.0.0.1' },
        advertise: { type: 'string' },
        site: { type: 'string', multiple: true, default: [] },
        'site-server': { type: 'string' },
        lan: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new SettingsError(`${error instanceof Error ? error.message : error}\n${USAGE}`)
  }
}

function httpUrl(flag: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol)) throw new SettingsError(`${flag} ${text} is not an http(s) address`)
  return url
}
