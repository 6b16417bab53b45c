import { Type, type TSchema } from 'typebox'

/** The answer of a call of version 3. */
export const dataAnswer = (data: TSchema) => Type.Object({ data, errors: Type.Null() })

const failure = Type.Object({
  data: Type.Null(),
  errors: Type.Array(Type.Object({ status: Type.Boolean(), code: Type.Integer(), message: Type.String() })),
})

/** Every status with which a call of version 3 can fail. */
export const dataFailures = Object.fromEntries(
  [400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503].map((status) => [status, failure]),
)
