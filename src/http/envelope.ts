import { Type } from 'typebox'
import { flag } from './v1_1-values.ts'
import { emptyList, pagination, status } from './answer-fields.ts'

/** Failure of the entity family: the request was not executed. */
export const entityFailure = Type.Object(
  {
    warnings: emptyList,
    errors: Type.Array(status),
    success: Type.Literal(false),
  },
  { title: 'EntityFailure', description: 'The request could not be carried out.' },
)

/** Every status with which a request of the entity family can fail as a whole. */
export const entityFailures = Object.fromEntries(
  [400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503].map((httpStatus) => [httpStatus, entityFailure]),
)

/** Failure of a bare call: only the status. */
export const flatFailures = Object.fromEntries(
  [401, 403, 405, 413, 415, 422, 429, 500, 503].map((httpStatus) => [httpStatus, status]),
)

/** Failure of an issue call. */
export const errorsFailure = Type.Object({ errors: Type.Array(status) }, { title: 'ErrorsFailure' })

export const errorsFailures = Object.fromEntries(
  [400, 401, 403, 405, 413, 415, 422, 429, 500, 503].map((httpStatus) => [httpStatus, errorsFailure]),
)

/** Failure of a customer call, with an empty list in place of the result. */
const customerFailure = Type.Object(
  {
    pagination,
    warnings: emptyList,
    errors: Type.Array(status),
  },
  { title: 'CustomerFailure' },
)

export const customerFailures = Object.fromEntries(
  [400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503].map((httpStatus) => [httpStatus, customerFailure]),
)

/** Failure of an upload call: like its answer, with an error in place of the result. */
const uploadFailure = Type.Object(
  {
    success: Type.Literal(false),
    status: Type.Integer(),
    result: Type.Null(),
    errors: Type.Array(status),
  },
  { title: 'UploadFailure' },
)

export const uploadFailures = Object.fromEntries(
  [400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 422, 429, 500, 503].map((httpStatus) => [
    httpStatus,
    uploadFailure,
  ]),
)

/** Headers of every write. */
export const writeHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description:
        'At most 255 characters. The same key again, within a week, gets the first answer and has no second effect.',
    }),
  ),
})

/** Headers of a redemption. */
export const redeemHeaders = Type.Object({
  ...writeHeaders.properties,
  'x-counterfoil-hold': Type.Optional(
    Type.String({
      description:
        'The id of a hold that reserves the coupons. Without it, the live hold of the caller whose reference is the transaction number, if there is one.',
    }),
  ),
})

/** The body with which a route reports that the whole request failed. */
export type FailureFamily =
  | 'entity'
  | 'errors'
  | 'flat'
  | 'token'
  | 'customer'
  | 'registration'
  | 'upload'
  | 'problem'
  | 'v1.1'

const nothingFound = { limit: 0, offset: 0, total: 0 }

/** @param httpStatus for calls that also print it in the body. */
export function failureBody(
  family: FailureFamily,
  code: number,
  message: string,
  httpStatus: number,
): object {
  const status = { status: false, code, message }
  if (family === 'v1.1') return { response: { status: { success: flag(false), code, message } } }
  if (family === 'flat') return status
  if (family === 'errors') return { errors: [status] }
  if (family === 'registration') return { errors: [{ code, status: false, message }] }
  if (family === 'customer') return { pagination: nothingFound, warnings: [], errors: [status] }
  if (family === 'upload') return { success: false, status: httpStatus, result: null, errors: [status] }
  return family === 'token' ? { data: null, errors: [status] } : entityFailureBody(code, message)
}

export function entityFailureBody(code: number, message: string): object {
  return { warnings: [], errors: [{ status: false, code, message }], success: false }
}
