// Which environment variables there are, and what is said about names that look like ours and are not.

/** Every variable that is read, as `.env.example` lists them. */
export const VARIABLES = [
  'NODE_ENV',
  'PORT',
  'HOST',
  'PUBLIC_URL',
  'TRUSTED_PROXIES',
  'RATE_LIMITS',
  'DRAIN_DELAY',
  'LOG_LEVEL',
  'DATABASE_URL',
  'SQLITE_SYNCHRONOUS',
  'REDIS_URL',
  'SESSION_KEYS',
  'AUDIT_DAYS',
  'SESSION_IDLE',
  'SESSION_ABSOLUTE',
  'SERVICE_KEYS',
  'WECHAT_APPS',
  'WECHAT_OPEN_URL',
  'WECHAT_API_URL',
  'WECHAT_POLL_URL',
  'LOGIN_METHODS',
  'RETURN_ORIGINS',
  'SITE_NAME',
  'SITE_LOGO_URL',
  'SITE_LOGO_FILE',
  'SITE_AGREEMENT_URL',
  'SITE_PRIVACY_URL',
  'SITE_AGREEMENT_VERSION',
  'SITE_ICP',
  'WECHAT_VERIFY_FILES',
  'AVATARS',
  'GEOIP_FILE',
  'SIMULATOR',
  'SIMULATOR_PORT',
] as const
export type Variable = (typeof VARIABLES)[number]

/** Those that may hold a secret: `NAME_FILE` names a file that has the value. */
export const FROM_FILE: readonly Variable[] = [
  'DATABASE_URL',
  'REDIS_URL',
  'SESSION_KEYS',
  'SERVICE_KEYS',
  'WECHAT_APPS',
]

const OUR_PREFIXES = /^(WECHAT|SITE|SESSION|SIMULATOR|LOGIN)_/
/** X11's session manager, and what Kubernetes and Docker set for a neighbour that is called `login` or `site`. */
const NOT_OURS = /^SESSION_MANAGER$|_SERVICE_(HOST|PORT)|_PORT$|_PORT_\d+_(TCP|UDP)/

/** One line for each name that is given and not read, although whoever wrote it meant us. */
export function strangers(names: readonly string[]): string[] {
  const known = [...VARIABLES, ...FROM_FILE.map((name) => `${name}_FILE`)]
  return names.flatMap((name) => {
    if (known.includes(name) || NOT_OURS.test(name)) return []
    const meant = OUR_PREFIXES.test(name) ? nearest(name, known) : slip(name, known)
    return meant === undefined ? [] : [`${name} is not known: did you mean ${meant}?`]
  })
}

/** The name of which this is one slip of the keyboard. Short names have honest neighbours: PORT and PATH. */
function slip(name: string, candidates: readonly string[]): string | undefined {
  const bare = (text: string) => text.replaceAll(/[_-]/g, '').toUpperCase()
  return candidates.find((candidate) => candidate.length >= 8 && distance(bare(name), bare(candidate)) <= 1)
}

/** Of the names with the same first word, one that was cut short; else the one with the fewest letters to change. */
function nearest(name: string, candidates: readonly string[]): string {
  const prefix = name.slice(0, name.indexOf('_'))
  const related = candidates.filter((candidate) => candidate.startsWith(prefix))
  return (
    related.find((candidate) => candidate.startsWith(name)) ??
    related.reduce((best, candidate) => (distance(name, candidate) < distance(name, best) ? candidate : best))
  )
}

/** Levenshtein's: how many letters have to be added, taken away or exchanged. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [above, letter] of [...a].entries()) {
    const next = [above + 1]
    for (const [left, other] of [...b].entries()) {
      const exchanged = (row[left] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(exchanged, (row[left + 1] ?? 0) + 1, (next[left] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
