import { Type } from 'typebox'

/** Failure of the entity family: the request was not carried out. */
export const entityFailure = Type.Object(
  {
    warnings: Type.Array(Type.Unknown()),
    errors: Type.Array(Type.Object({ status: Type.Boolean(), code: Type.Integer(), message: Type.String() })),
    success: Type.Literal(false),
  },
  { description: 'The request could not be carried out.' },
)

/** Every status with which a request of the entity family can fail as a whole. */
export const entityFailures = Object.fromEntries(
  [400, 401, 403, 404, 405, 413, 415, 500, 503].map((status) => [status, entityFailure]),
)

export function entityFailureBody(code: number, message: string): unknown {
  return { warnings: [], errors: [{ status: false, code, message }], success: false }
}
