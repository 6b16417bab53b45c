import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/** Converts an IPv4-mapped IPv6 address, as a dual-stack socket reports it, to an IPv4 address. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/**
 * Reads an address as proxies write it: on its own, in square brackets, or followed by a port. The port does not
 * identify the caller, and an IPv6 address has many spellings, so the result has no port and a normal form.
 *
 * @returns the address in its normal form; undefined if the text is not an address.
 */
export function readIpAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  const bracketed = /^\[([\da-f:.]+(?:%[\w.-]+)?)\](?::\d{1,5})?$/i.exec(text)?.[1]
  const withoutPort = bracketed ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text
  if (isIPv4(withoutPort)) return withoutPort
  if (!isIPv6(withoutPort)) return undefined
  return plainAddress(new SocketAddress({ address: withoutPort, family: 'ipv6' }).address)
}
