import { STATUS_CODES } from 'node:http'
import { Type } from 'typebox'
import type { Refusal } from '../values/errors.ts'

/** A failure as RFC 9457 tells it. `code` is the number of our catalogue, `requestId` is what the operator finds it by. */
const problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.Integer(),
  requestId: Type.String(),
  version: Type.Optional(Type.Integer({ description: 'Of a 412: the version that it is in now.' })),
})

const described = {
  description: 'The request failed.',
  content: { 'application/problem+json': { schema: problem } },
}

/** Every status with which a call of `/admin/v1` can fail. */
export const problems = Object.fromEntries(
  [400, 401, 403, 404, 405, 409, 412, 413, 415, 429, 500, 503].map((status) => [status, described]),
)

export function problemBody(refusal: Refusal, requestId: string): unknown {
  return {
    type: 'about:blank',
    title: STATUS_CODES[refusal.httpStatus] ?? 'Error',
    status: refusal.httpStatus,
    detail: refusal.message,
    code: refusal.code,
    requestId,
    ...(refusal.version !== undefined && { version: refusal.version }),
  }
}
