// Addresses that came over the wire, before they become a link, a picture or a place to go.

/** The absolute form of `address` if it is http(s), else null: never `javascript:` or `data:`. */
export function safeAddress(
  address: string | null,
  base: string = globalThis.location?.href ?? 'http://localhost/',
): string | null {
  if (!address) return null
  try {
    const url = new URL(address, base)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null
  } catch {
    return null
  }
}

/** `address` if it is a path of this site's own, else null. */
export function samePath(
  address: string,
  base: string = globalThis.location?.href ?? 'http://localhost/',
): string | null {
  if (!address.startsWith('/')) return null
  const url = safeAddress(address, base)
  return url?.startsWith(`${new URL(base).origin}/`) ? url.slice(new URL(base).origin.length) : null
}
