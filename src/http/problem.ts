import { STATUS_CODES } from 'node:http'
import { Type, type TSchema } from 'typebox'
import { catalogue, type Refusal } from '../values/errors.ts'

/**
 * A failure in the form of RFC 9457. `code` is the number in the catalogue, and `requestId` finds the request in the
 * log.
 */
export const problemFields = {
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.Integer(),
  name: Type.String({ description: 'Of the refusal, in the catalogue of errors.' }),
  requestId: Type.String(),
  version: Type.Optional(Type.Integer({ description: 'Of a 412: the current version.' })),
  current: Type.Optional(
    Type.Object({}, { additionalProperties: true, description: 'Of a 412: the record as it is now.' }),
  ),
  isErased: Type.Optional(
    Type.Literal(true, { description: 'Of an unknown customer: the person was erased.' }),
  ),
  errors: Type.Optional(
    Type.Array(
      Type.Object({
        field: Type.String({ description: 'The field or parameter at fault.' }),
        allowed: Type.Optional(Type.String({ description: 'What is allowed in it.' })),
      }),
    ),
  ),
}

/** The schema of a problem with the given fields, for `response` of a route. */
export const describedProblem = (schema: TSchema, description = 'The request failed.') => ({
  description,
  content: { 'application/problem+json': { schema } },
})

const described = describedProblem(Type.Object(problemFields, { title: 'Problem' }))

export const problemsOf = (statuses: readonly number[]) =>
  Object.fromEntries(statuses.map((status) => [status, described]))

/** Every status with which a call of `/admin/v1` can fail. */
export const problems = problemsOf([400, 401, 403, 404, 405, 409, 412, 413, 415, 429, 500, 503])

const ofField = ({ field, allowed }: Refusal) => [{ field, ...(allowed !== undefined && { allowed }) }]

export function problemBody(refusal: Refusal, requestId: string) {
  return {
    type: 'about:blank',
    title: STATUS_CODES[refusal.httpStatus] ?? 'Error',
    status: refusal.httpStatus,
    detail: refusal.message,
    code: refusal.code,
    name: catalogue[refusal.code].name,
    requestId,
    ...(refusal.version !== undefined && { version: refusal.version }),
    ...(refusal.current !== undefined && { current: refusal.current }),
    ...(refusal.isErased && { isErased: true }),
    ...(refusal.field !== undefined && { errors: ofField(refusal) }),
  }
}
