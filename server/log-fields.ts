// What may stand in a line of the log. Names are allowed one by one: what is not in the list is left out, and only its
// name is told, so that a secret or a person's name that somebody logs by mistake stays here. Errors are written as name,
// message and stack, never as whole objects: the database's hold SQL with values, and HTTP clients' hold URLs with secrets.
import { PlatformError } from './core/ports.js'

const ALLOWED: ReadonlySet<string> = new Set([
  // Requests and refusals.
  ...[
    'requestId',
    'method',
    'path',
    'status',
    'ms',
    'code',
    'why',
    'issues',
    'origin',
    'site',
    'key',
    'native',
    'reason',
  ],
  // Logins, accounts and their history.
  ...['ticket', 'app', 'appid', 'kind', 'topic', 'act', 'actor', 'actorName', 'account', 'subject', 'notice', 'known'],
  ...['endedSessions', 'tickets', 'callbacks', 'sessions', 'pushes', 'vault', 'audit'],
  // WeChat, the database, the process.
  ...[
    'of',
    'state',
    'host',
    'errcode',
    'rid',
    'tries',
    'seen',
    'advice',
    'waiting',
    'begun',
    'jobs',
    'signal',
    'delayMs',
    'afterMs',
    'text',
  ],
  'error',
])
/** The operator's own settings, told once at the start. */
const SETTINGS: ReadonlySet<string> = new Set([
  ...['listening', 'production', 'host', 'port', 'publicUrl', 'database', 'redis', 'sessionKeys', 'apps', 'methods'],
  ...['wechatOpenUrl', 'wechatApiUrl', 'wechatPollUrl', 'serviceKeys', 'returnOrigins', 'trustedProxies'],
  ...[
    'rateLimits',
    'drainDelayMs',
    'simulatorPort',
    'siteName',
    'logLevel',
    'auditDays',
    'sessionIdleMinutes',
    'sessionAbsoluteMinutes',
    'synchronous',
    'agreementVersion',
    'avatars',
    'geoip',
    'verifyFiles',
  ],
])

const MOST_CHARACTERS = 256
const MOST_OF_SETTING = 512
const MOST_OF_STACK = 1_200
const MOST_ITEMS = 10
const MOST_CAUSES = 3
/** So that a line stays below 4 KiB with time, level and event. */
const MOST_BYTES = 3_700

/** Data as it may be logged: allowed names, clean and short values, 3,700 bytes of JSON at most. */
export function toFields(data: Record<string, unknown>): Record<string, unknown> {
  const fields = fieldsOf(data, MOST_CHARACTERS, MOST_OF_STACK)
  if (plainlyShort(fields) || size(fields) <= MOST_BYTES) return fields
  const short = { ...fieldsOf(data, 40, 300), cut: true }
  return size(short) <= MOST_BYTES ? short : { cut: true }
}

function fieldsOf(data: Record<string, unknown>, most: number, mostOfStack: number): Record<string, unknown> {
  const withheld: string[] = []
  const fields: Record<string, unknown> = {}
  const scrubbed = (text: string) => clean(scrub(text), most)
  for (const [name, value] of Object.entries(data)) {
    const told = ALLOWED.has(name)
      ? shownValue(value, scrubbed, mostOfStack)
      : SETTINGS.has(name)
        ? shownValue(value, (text) => clean(text, MOST_OF_SETTING), mostOfStack)
        : WITHHELD
    if (told === WITHHELD) withheld.push(clean(scrub(name), 40))
    else if (told !== undefined) fields[name] = told
  }
  return withheld.length === 0 ? fields : { ...fields, withheld: withheld.slice(0, MOST_ITEMS) }
}

const WITHHELD = Symbol('withheld')

function shownValue(value: unknown, shown: (text: string) => string, mostOfStack: number): unknown {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') return shown(value)
  if (value instanceof Error) return errorOf(value, shown, mostOfStack, MOST_CAUSES)
  if (!Array.isArray(value) || value.some((item) => typeof item === 'object')) return WITHHELD
  return value.slice(0, MOST_ITEMS).map((item) => shownValue(item, shown, mostOfStack))
}

function errorOf(error: Error, shown: (text: string) => string, mostOfStack: number, causes: number): object {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line))
  return {
    name: shown(error.name),
    message: shown(error.message),
    stack: frames
      .map((line) => clean(scrub(line.trim()), MOST_CHARACTERS))
      .join('\n')
      .slice(0, mostOfStack),
    ...(error instanceof PlatformError
      ? { at: { host: shown(error.at.host), path: shown(error.at.path), errcode: error.at.errcode, rid: error.at.rid } }
      : {}),
    ...(error.cause instanceof Error && causes > 1
      ? { cause: errorOf(error.cause, shown, mostOfStack / 2, causes - 1) }
      : {}),
  }
}

/** A word that is long enough to open something: our secrets have 43 characters, WeChat's from 28. Its beginning stays. */
const OPENS = /(?=[\w-]*\d)[\w-]{28,}/g
const SHORTEST_SECRET = 28

function scrub(text: string): string {
  if (text.length < SHORTEST_SECRET) return text
  const beginning = (word: string) => word.slice(0, word.startsWith('tkt_') ? 12 : 4)
  return text.slice(0, MOST_OF_STACK).replace(OPENS, (word) => `${beginning(word)}…`)
}

/** Nearly every text: what is in here needs no second look. */
const PRINTABLE = /^[ -~]*$/

/** One line, at most `most` characters, without anything that a terminal obeys, that turns text around or is half a letter. */
function clean(text: string, most: number): string {
  const short = text.length <= most ? text : `${text.slice(0, most - 1)}…`
  return PRINTABLE.test(short) ? short : short.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD')
}

/** True when it can be told without writing them down that these fields are short: so are those of nearly every line. */
function plainlyShort(fields: Readonly<Record<string, unknown>>): boolean {
  let bytes = 0
  for (const name in fields) {
    const value = fields[name]
    if (typeof value === 'object' && value !== null) return false
    // A character has three bytes at most, or two when it is one that JSON escapes; a number has some twenty.
    bytes += 32 + 3 * name.length + (typeof value === 'string' ? 3 * value.length : 0)
  }
  return bytes <= MOST_BYTES
}

function size(fields: object): number {
  return Buffer.byteLength(JSON.stringify(fields))
}
