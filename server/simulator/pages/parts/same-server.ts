// The simulator has several spellings: localhost, 127.0.0.1, the computer's address in the local network.

/**
 * Whether `url` means the server that `here` came from: the same origin, or the same scheme and port with a loopback
 * name on either side (a code drawn for 127.0.0.1 and read by a phone that came in over the network).
 */
export function isSameServer(url: URL, here: URL): boolean {
  if (url.protocol !== here.protocol || !/^https?:$/.test(url.protocol)) return false
  if (url.host === here.host) return true
  return url.port === here.port && (isLoopback(url) || isLoopback(here))
}

function isLoopback(url: URL): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)
}

/** The part of a URL after the host: what to ask `here` for. */
export function localPart(url: URL): string {
  return url.pathname + url.search + url.hash
}
