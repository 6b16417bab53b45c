import type { IncomingMessage } from 'node:http'
import { refuse } from '../values/errors.ts'

/** Of several such headers Node uses the first. A proxy may use another one, so a request with two is ambiguous. */
const once: ReadonlyMap<number, string> = new Map(
  ['host', 'authorization', 'content-type'].map((name) => [name.length, name]),
)

const hostPattern = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+;=%-]*)(:\d*)?$/i
const slash = 47

function requireOnce(rawHeaders: readonly string[]): void {
  let seen = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    const single = once.get(name.length)
    if (single === undefined || name.toLowerCase() !== single) continue
    const bit = 1 << name.length
    if ((seen & bit) !== 0) throw refuse.badRequest(`The header ${name} is there twice`)
    seen |= bit
  }
}

/**
 * Refuses a request whose target or credentials this server and a proxy could interpret differently.
 *
 * @throws Refusal 400 if a relevant header is repeated, or if `Host` is missing, invalid, or differs from the host of
 * an absolute request target.
 */
export function requireOneHost({ rawHeaders, headers, httpVersion, url = '' }: IncomingMessage): void {
  requireOnce(rawHeaders)
  const { host } = headers
  if (host === undefined) {
    if (httpVersion === '1.1') throw refuse.badRequest('The Host header is missing')
    return
  }
  if (!hostPattern.test(host)) throw refuse.badRequest('The Host header is not a host with an optional port')
  if (url.charCodeAt(0) === slash || url === '*') return
  const authority = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1]
  if (authority !== undefined && authority.toLowerCase() !== host.toLowerCase())
    throw refuse.badRequest('The request target names another host than the Host header')
}
