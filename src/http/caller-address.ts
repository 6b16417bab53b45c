import { isIPv6, type BlockList } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { plainAddress, readIpAddress } from './ip-address.ts'

/** Results are cached, since an uncached look-up takes longer than everything else before the handler of a request. */
const remembered = new WeakMap<BlockList, Map<string, boolean>>()
const maxRemembered = 1_000

/** Whether the list contains the address or its network. */
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

/** The address of the connection, which is that of the caller or of a proxy. */
export const peerOf = ({ socket }: Pick<FastifyRequest, 'socket'>): string =>
  plainAddress(socket.remoteAddress ?? '')

/**
 * The address of the caller, or of the nearest proxy that is not trusted, whose own entries are ignored. An entry that
 * is not an address ends the search: the request then counts as coming from the proxy that wrote the entry.
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

/** The unlisted proxy that forwards a request; undefined: none. All its callers count as one address. */
export function unlistedProxyOf(request: FastifyRequest, proxies: BlockList): string | undefined {
  const { headers } = request
  if (headers['x-forwarded-for'] === undefined && headers['forwarded'] === undefined) return undefined
  const peer = peerOf(request)
  return isListed(peer, proxies) ? undefined : peer
}
