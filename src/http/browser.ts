import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { BlockList } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import type { Origin } from '../values/caller.ts'
import { badParameter, refuse } from '../values/errors.ts'
import { isListed, peerOf } from './caller-address.ts'

/** Methods that only read need no header. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
const maxReasonLength = 500

const lastOf = (header: string | string[] | undefined): string | undefined =>
  String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim() || undefined

/** True if the browser uses https, to this server or to a trusted proxy. */
export function isSecure(
  { socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>,
  proxies: BlockList,
): boolean {
  if ((socket as TLSSocket).encrypted) return true
  const isProxied = isListed(peerOf({ socket }), proxies)
  return isProxied && lastOf(headers['x-forwarded-proto']) === 'https'
}

function hostOf({ socket, headers }: FastifyRequest, proxies: BlockList): string {
  const forwarded = isListed(peerOf({ socket }), proxies) ? lastOf(headers['x-forwarded-host']) : undefined
  return (forwarded ?? headers.host ?? '').toLowerCase()
}

/** Reads the reason of a change: `X-Counterfoil-Reason`, UTF-8 and URL-encoded. */
function readReason(headers: IncomingHttpHeaders): string | null {
  const given = String(headers['x-counterfoil-reason'] ?? '')
  if (given === '') return null
  let reason: string
  try {
    reason = decodeURIComponent(given).trim()
  } catch {
    throw badParameter('X-Counterfoil-Reason', given, 'UTF-8 text, URL-encoded')
  }
  // Line breaks and tabs are text.
  // oxlint-disable-next-line no-control-regex
  const isText = !/[\u0000-\u0008\u000E-\u001F\p{Surrogate}]/u.test(reason)
  if (Array.from(reason).length > maxReasonLength || !isText) {
    throw badParameter('X-Counterfoil-Reason', reason, `text of at most ${maxReasonLength} characters`)
  }
  return reason === '' ? null : reason
}

/** The data of a request for the audit log. @throws Refusal 400 for an invalid reason. */
export function originOf(request: FastifyRequest): Origin {
  return {
    address: request.address,
    requestId: request.id,
    reason: readReason(request.headers),
  }
}

/**
 * Refuses requests that a page of another site makes a browser send. Other clients do not send the headers of browsers,
 * and pass.
 *
 * @throws Refusal 403.
 */
export function requireOwnPage(request: FastifyRequest, proxies: BlockList): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  const isForeign =
    (site !== undefined && site !== 'same-origin') ||
    (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== hostOf(request, proxies)))
  if (isForeign) throw refuse.accessDenied('A session is accepted from pages of this server only')
}

/**
 * Refuses a change that another page could make a browser send with the cookie. Forms and links cannot set a custom
 * header, and scripts of other sites need a permission that is never granted.
 *
 * @throws Refusal 403 that names the missing header.
 */
export function requireOwnChange(request: FastifyRequest, proxies: BlockList): void {
  const { headers, method, routeOptions } = request
  if (safeMethods.has(method) && routeOptions.config.changes !== true) return
  if (headers['x-counterfoil-console'] !== '1')
    throw refuse.accessDenied('A change with a session cookie needs the header X-Counterfoil-Console: 1')
  requireOwnPage(request, proxies)
}

const cookieName = 'counterfoil_session'

/** The secret of the session in the cookies; undefined: none. */
export function readSessionCookie({ cookie }: IncomingHttpHeaders): string | undefined {
  return new RegExp(`(?:^|;\\s*)${cookieName}=([\\w.-]{1,200})\\s*(?:;|$)`).exec(cookie ?? '')?.[1]
}

/** The cookies of a request except the session; undefined: there are none. */
export function withoutSessionCookie(cookie: string | undefined): string | undefined {
  const others = (cookie ?? '').split(';').filter((one) => one.trim().split('=', 1)[0] !== cookieName)
  return others.join(';').trim() || undefined
}

/** @param secret of the session; undefined: the cookie is deleted. */
export function sessionCookie(secret: string | undefined, isHttps: boolean): string {
  const end = secret === undefined ? '; Max-Age=0' : ''
  return `${cookieName}=${secret ?? ''}; Path=/; HttpOnly; SameSite=Strict${isHttps ? '; Secure' : ''}${end}`
}
