import { BlockList, isIP } from 'node:net'

// IPv4: what the IANA special-purpose registry does not call globally reachable, multicast and reserved space
// (RFC 6890), and Azure's metadata address, which is inside public space.
const refusedIpv4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32],
] as const

// IPv6: only global unicast is allowed, less what is special inside it. That leaves out loopback, link-local,
// unique-local, multicast, and every form that embeds an IPv4 address (mapped, compatible, NAT64).
const globalUnicast = ['2000::', 3] as const
const refusedInside = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const refused = new BlockList()
for (const [net, prefix] of refusedIpv4) refused.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of refusedInside) refused.addSubnet(net, prefix, 'ipv6')
const global = new BlockList()
global.addSubnet(...globalUnicast, 'ipv6')

/**
 * Whether a resolved address is on the public internet. Names, and anything else that is no IP address, are not:
 * ask after resolution, for every connection.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !refused.check(address, 'ipv4')
  // An address with a zone (fe80::1%eth0) is link-local by definition.
  if (family !== 6 || address.includes('%')) return false
  return global.check(address, 'ipv6') && !refused.check(address, 'ipv6')
}
