import { lookup as lookUp, type LookupAddress } from 'node:dns'
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net'

/**
 * Permitted receiver addresses: public ones. All ranges of the IANA special-purpose registries are rejected, and so are
 * IPv6 addresses that embed such an IPv4 address. https://www.iana.org/assignments/iana-ipv4-special-registry,
 * …/iana-ipv6-special-registry
 */
const refusedIpv4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
] as const

/** Within 2000::/3, the only globally assigned range: tunnels, documentation, benchmarks. */
const refusedIpv6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const

const refused = new BlockList()
for (const [network, prefix] of refusedIpv4) refused.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of refusedIpv6) refused.addSubnet(network, prefix, 'ipv6')
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')
/** NAT64 and IPv4-mapped addresses lead to the IPv4 address in their last 32 bits. */
const carriers = new BlockList()
carriers.addSubnet('64:ff9b::', 96, 'ipv6')
carriers.addSubnet('::ffff:0:0', 96, 'ipv6')

/** The last 32 bits of an IPv6 address as IPv4. */
function lastIpv4(address: string): string {
  const dotted = /(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1]
  if (dotted !== undefined) return dotted
  // The URL parser writes an address in its shortest form, with two groups of four hexadecimal digits at the end.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':')
  const [high, low] = groups.slice(-2).map((group) => Number.parseInt(group || '0', 16)) as [number, number]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** True for a public internet address. @param address without brackets. */
export function isPublicAddress(address: string): boolean {
  const bare = address.split('%', 1)[0] ?? ''
  if (isIPv4(bare)) return !refused.check(bare, 'ipv4')
  if (isIP(bare) !== 6) return false
  if (carriers.check(bare, 'ipv6')) return isPublicAddress(lastIpv4(bare))
  return global.check(bare, 'ipv6') && !refused.check(bare, 'ipv6')
}

/** A name resolves to an address that receivers may not have. */
export class ForbiddenAddress extends Error {
  readonly code = 'FORBIDDEN_ADDRESS'
}

/**
 * Resolves a name for a connection and rejects it if any of its addresses is not public. The connection uses the
 * checked address, so a name that resolves differently the next time gains nothing.
 */
export const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '', 0)
    const forbidden = addresses.find(({ address }) => !isPublicAddress(address))
    if (forbidden !== undefined || addresses.length === 0) {
      return callback(new ForbiddenAddress('the address is not a public one'), '', 0)
    }
    if (options.all === true) return callback(null, addresses)
    const [{ address, family }] = addresses as [LookupAddress]
    return callback(null, address, family)
  })
}
