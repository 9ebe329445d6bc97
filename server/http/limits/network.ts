// Addresses, and the networks that they are counted by.
import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4 } from 'node:net'

/** An address as proxies write it, bare: no port, no brackets, no IPv4-mapped spelling. Null when it is none. */
export function readAddress(text: string): string | null {
  const [, inBrackets, withPort] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? []
  const bare = (inBrackets ?? withPort ?? text).replace(/^::ffff:(?=[\d.]+$)/i, '')
  return isIP(bare) === 0 || bare.includes('%') ? null : bare
}

/** The network of an address: an IPv4 /24, an IPv6 /56. What is no address is a network of its own. */
export function networkOf(address: string): string {
  return prefixOf(address, 24, 56)
}

/** The network around a network: an IPv4 /16, an IPv6 /32. */
export function neighbourhoodOf(address: string): string {
  return prefixOf(address, 16, 32)
}

function prefixOf(address: string, bitsOf4: number, bitsOf6: number): string {
  if (isIPv4(address))
    return `${address
      .split('.')
      .slice(0, bitsOf4 / 8)
      .join('.')}/${bitsOf4}`
  const groups = groupsOf(address)
  if (groups === null) return 'none'
  const hex = groups.map((group) => group.padStart(4, '0')).join('')
  return `${hex.slice(0, bitsOf6 / 4)}/${bitsOf6}`
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): string[] | null {
  if (isIP(address) !== 6) return null
  // The parser of URLs writes an address in its one canonical form, an embedded IPv4 part included.
  const canonical = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  return [...before, ...Array(8 - before.length - after.length).fill('0'), ...after]
}

/** What proxies add. */
const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'] as const

/**
 * Whether a request began on this machine itself, so far as can be told: it comes from a loopback address, and no proxy has
 * left a trace on it. A proxy that leaves none looks the same, so nothing of a production server may hang on it.
 */
export function begunHere({ socket, headers }: IncomingMessage): boolean {
  // A socket keeps its peer's address once it is asked for it, so that what can be told without it comes first.
  return (
    FORWARDED.every((name) => headers[name] === undefined) && /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '')
  )
}
