// Which addresses are the internet's. A name that anybody can point somewhere must not lead us into our own network.
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IANA's special-purpose IPv4 blocks: this network, private, carrier's, loopback, link-local, tests, multicast, reserved. */
const SPECIAL_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
]
/** Of the unicast block those that are for documentation, or carry an IPv4 address inside (Teredo, 6to4). */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const special = blocks(SPECIAL_V4, 'ipv4')
const unicast = blocks(['2000::/3'], 'ipv6')
const specialUnicast = blocks(SPECIAL_V6, 'ipv6')

/** True for an address of a host on the internet. An IPv4 address dressed up as IPv6 is none. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4')
  return isIPv6(address) && unicast.check(address, 'ipv6') && !specialUnicast.check(address, 'ipv6')
}

function blocks(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [network = '', bits = ''] = subnet.split('/')
    list.addSubnet(network, Number(bits), family)
  }
  return list
}
