// Where a login may lead: a path of ours, or an address under one of the operator's RETURN_ORIGINS. Nothing else.

/** Of an address as it is sent and kept, in ASCII: longer ones do not fit beside others in a browser's cookies. */
const RETURN_TO_MAX = 1_024

/**
 * The address if it is allowed, in the form in which a browser may be sent there; else null.
 * @param origins allowed origins, as `https://host[:port]`
 */
export function safeReturnTo(value: string, origins: readonly string[]): string | null {
  const address = allowed(value, origins)
  return address !== null && address.length <= RETURN_TO_MAX ? address : null
}

function allowed(value: string, origins: readonly string[]): string | null {
  if (value.length === 0 || value.length > RETURN_TO_MAX || /[\p{Cc}\\\s]/u.test(value)) return null
  if (value.startsWith('/')) {
    if (value.startsWith('//')) return null
    const base = 'http://saoma.invalid'
    const url = parse(value, base)
    return url?.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : null
  }
  const url = parse(value)
  // A blob: address has the origin of the page that made it, so the scheme is looked at first.
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null
  return origins.includes(url.origin) ? url.href : null
}

function parse(value: string, base?: string): URL | null {
  return URL.canParse(value, base) ? new URL(value, base) : null
}
