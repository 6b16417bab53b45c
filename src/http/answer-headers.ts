import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Context } from '../ledger/context.ts'
import { isSecure } from './browser.ts'

/** Pages set their own policy about what they may load. An API answer must not be rendered as a page. */
const guardHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
/** For callers that use https to a trusted proxy. */
const strictTransport = { 'strict-transport-security': 'max-age=31536000' }
const lastAnswer = { connection: 'close' }

/** The caller's request id if it is valid, else a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}

/** The headers of every answer, from whatever layer. */
export function answerHeaders(
  { config, life }: Pick<Context, 'config' | 'life'>,
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  requestId: string,
): Record<string, string> {
  const isProxied = request.headers['x-forwarded-proto'] !== undefined
  return {
    ...guardHeaders,
    'x-request-id': requestId,
    // The name in the contract.
    'x-cap-requestid': requestId,
    ...(isProxied && isSecure(request, config.trustedProxies) && strictTransport),
    ...(life.isStopping && lastAnswer),
  }
}
