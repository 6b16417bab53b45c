import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../values/caller.ts'
import { badParameter } from '../values/errors.ts'
import type { IdempotencyKey } from '../platform/idempotency/idempotent.ts'

const maxKeyLength = 255

/**
 * Identifies a repeated request by its `Idempotency-Key` header, its caller and its route.
 *
 * @throws Refusal 400 for a key that is too long or contains control characters.
 */
export function readIdempotencyKey(request: FastifyRequest, caller: Caller): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined || key === '') return undefined
  if (typeof key !== 'string' || key.length > maxKeyLength || !/^[\u0020-\u007E\u00A0-\u00FF]+$/.test(key)) {
    throw badParameter('Idempotency-Key', String(key), `at most ${maxKeyLength} printable characters`)
  }
  // The route has placeholders in place of ids, so the ids are part of the request: another id is another request.
  const params = request.params as object
  const inPath = Object.keys(params).length > 0 ? [params] : []
  const hash = createHash('sha256').update(JSON.stringify([request.query, request.body, ...inPath]))
  return {
    holderKind: caller.kind,
    holderId: caller.holderId,
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    key,
    requestHash: hash.digest('base64'),
  }
}
