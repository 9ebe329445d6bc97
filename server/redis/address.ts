// Which Redis a REDIS_URL means. The one place that takes such an address apart: what is not understood is refused instead of
// being handed to the client, which would take options out of it, and no message repeats any of it, since it holds a password.

/** A Redis, and who we are there. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  /** Null: nobody in particular. */
  readonly user: string | null
  readonly password: string | null
  /** Which of its numbered databases the counters are in; hints know none. */
  readonly database: number
  /** TLS with a certificate that Node trusts. */
  readonly tls: boolean
}

const LIKE = 'write it like redis://USER:PASSWORD@HOST:6379, or rediss:// for TLS'

/**
 * Takes `redis://` or `rediss://` apart. Reserved characters of user and password are %-encoded.
 * @throws Error whose message says what is wrong and what to write instead
 */
export function redisAddress(url: string): RedisAddress {
  const parsed = /^rediss?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : null
  const user = parsed && decoded(parsed.username)
  const password = parsed && decoded(parsed.password)
  const [, database] = /^\/?(\d{0,4})$/.exec(parsed?.pathname ?? '/') ?? []
  if (!parsed?.hostname || user === null || password === null || database === undefined || /[?#]/.test(url)) {
    throw new Error(`is not the address of a Redis, reserved characters as %XX and nothing behind the host: ${LIKE}`)
  }
  if (user !== '' && password === '') throw new Error(`names a user without a password: ${LIKE}`)
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? 6379 : Number(parsed.port),
    user: user || null,
    password: password || null,
    database: Number(database),
    tls: /^rediss:/i.test(url),
  }
}

/** A REDIS_URL as logs and messages may show it: without user and password. */
export function describeRedis(url: string): string {
  const { host, port, tls } = redisAddress(url)
  return `${tls ? 'rediss' : 'redis'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
