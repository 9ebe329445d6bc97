// Which database a DATABASE_URL means. The one place that takes such an address apart: what is not understood is refused
// instead of being handed to a driver, and no message repeats any of it, since it holds a password.

/** A database server, and who we are there. */
export interface ServerAddress {
  readonly kind: 'postgres' | 'mariadb'
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  /** TLS with a certificate that Node trusts. */
  readonly tls: boolean
}

const KINDS = { postgres: 'postgres', postgresql: 'postgres', mariadb: 'mariadb', mysql: 'mariadb' } as const
const PORTS = { postgres: 5432, mariadb: 3306 } as const
const LIKE = {
  postgres: 'postgres://USER:PASSWORD@HOST:5432/DATABASE',
  mariadb: 'mariadb://USER:PASSWORD@HOST:3306/DATABASE',
} as const

/** True for `postgres:`, `postgresql:`, `mariadb:` and `mysql:`, whatever follows. */
export function namesServer(url: string): boolean {
  return kindOf(url) !== null
}

/**
 * Takes the address of a database server apart. Reserved characters of user, password and database are %-encoded.
 * @throws Error whose message says what is wrong and what to write instead
 */
export function serverAddress(url: string): ServerAddress {
  const kind = kindOf(url)
  if (kind === null) throw new Error('is no database that is known: write it like sqlite:./data/saoma.sqlite')
  const like = `write it like ${LIKE[kind]}`
  const parsed = URL.canParse(url) ? new URL(url) : null
  const user = parsed && decoded(parsed.username)
  const password = parsed && decoded(parsed.password)
  const database = parsed && decoded(parsed.pathname.slice(1))
  if (!parsed?.hostname || !user || password === null || !database || /[/\0]/.test(database) || parsed.hash !== '') {
    throw new Error(`is not user, host and database of a server, reserved characters as %XX: ${like}`)
  }
  for (const [name, value] of parsed.searchParams) {
    if (name !== 'ssl' || !['true', 'false'].includes(value)) {
      throw new Error('has a parameter that is not known: leave out everything after ? but ssl=true')
    }
  }
  return {
    kind,
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? PORTS[kind] : Number(parsed.port),
    database,
    user,
    password: password ?? '',
    tls: parsed.searchParams.get('ssl') === 'true',
  }
}

/** A DATABASE_URL as logs and messages may show it: without user, password and parameters. */
export function describeDatabase(url: string): string {
  if (!namesServer(url)) return url
  const { kind, host, port, database } = serverAddress(url)
  return `${kind}://${host.includes(':') ? `[${host}]` : host}:${port}/${encodeURIComponent(database)}`
}

function kindOf(url: string): ServerAddress['kind'] | null {
  const scheme = /^([a-z]+):/i.exec(url)?.[1]?.toLowerCase()
  const known = Object.entries(KINDS).find(([name]) => name === scheme)
  return known?.[1] ?? null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
