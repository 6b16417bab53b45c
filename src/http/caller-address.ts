import { isIPv6, type BlockList } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { plainAddress, readIpAddress } from './ip-address.ts'

/** Looking an address up in a list takes longer than everything else that is done for a request before its handler. */
const remembered = new WeakMap<BlockList, Map<string, boolean>>()
const maxRemembered = 1_000

/** Is the address in the list, by itself or by its network? */
export function isListed(address: string, list: BlockList): boolean {
  const known = remembered.get(list) ?? new Map<string, boolean>()
  remembered.set(list, known)
  let answer = known.get(address)
  if (answer === undefined) {
    answer = isInList(address, list)
    if (known.size >= maxRemembered) known.clear()
    known.set(address, answer)
  }
  return answer
}

function isInList(address: string, list: BlockList): boolean {
  try {
    return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  } catch {
    return false
  }
}

/** The address that the connection comes from: the caller's own, or that of a proxy. */
export const peerOf = ({ socket }: Pick<FastifyRequest, 'socket'>): string =>
  plainAddress(socket.remoteAddress ?? '')

/**
 * The nearest proxy that is not ours, or the caller itself. What that one says of itself is not believed. An entry that is
 * no address ends the search: the request then counts as that of the proxy which wrote the entry.
 */
export function addressOf(request: FastifyRequest, proxies: BlockList): string {
  let address = peerOf(request)
  const given = request.headers['x-forwarded-for']
  if (given === undefined) return address
  const forwarded = String(given).split(',')
  for (let at = forwarded.length - 1; at >= 0 && isListed(address, proxies); at--) {
    const before = readIpAddress(forwarded[at]?.trim() ?? '')
    if (before === undefined) break
    address = before
  }
  return address
}

/** The proxy that hands on a request and is not listed; undefined: there is none. Its callers all have its address. */
export function unlistedProxyOf(request: FastifyRequest, proxies: BlockList): string | undefined {
  const { headers } = request
  if (headers['x-forwarded-for'] === undefined && headers['forwarded'] === undefined) return undefined
  const peer = peerOf(request)
  return isListed(peer, proxies) ? undefined : peer
}
