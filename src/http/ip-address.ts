import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/** An IPv4 address that is written as an IPv6 one, as a socket that takes both writes it, becomes an IPv4 address. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/**
 * Reads an address as proxies write it: alone, in square brackets, or with a port behind it. The port says nothing of who
 * calls, and one IPv6 address has many spellings, so both are taken away.
 *
 * @returns the address in its one form; undefined when the text holds none.
 */
export function readIpAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  const bracketed = /^\[([\da-f:.]+(?:%[\w.-]+)?)\](?::\d{1,5})?$/i.exec(text)?.[1]
  const withoutPort = bracketed ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text
  if (isIPv4(withoutPort)) return withoutPort
  if (!isIPv6(withoutPort)) return undefined
  return plainAddress(new SocketAddress({ address: withoutPort, family: 'ipv6' }).address)
}
