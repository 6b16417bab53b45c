import { Type, type TSchema } from 'typebox'
import { refuse } from '../../values/errors.ts'
import { isId } from '../../values/ids.ts'
import { readInteger, type Query } from '../../http/query-parameters.ts'
import { problems } from '../../http/problem.ts'

/** The configuration that all calls of `/admin/v1` share: changes by any caller are recorded in the audit log. */
export const admin = { failure: 'problem', audit: true } as const
export const tags = ['Administration']

/** The response schemas of a call: its answer and its failures. */
export const answers = (schema: object) => ({ 200: schema, ...problems })

/** Counts the changes of the record; the ETag contains the same number. */
export const versionField = Type.Integer({ description: 'Counts its changes. As an ETag, for If-Match.' })

export const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

export const idParams = Type.Object({ id: Type.String({ description: 'The id.' }) })

export const pageParameters = Type.Object({
  limit: Type.Optional(Type.String({ description: '1 to 1000; default 100.' })),
  offset: Type.Optional(Type.String({ description: 'Rows to skip; default 0.' })),
})

/** Reads an id from a path. @throws Refusal 404 for text that cannot be an id. */
export function readPathId(text: string): number {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : undefined
  if (!isId(id)) throw refuse.notFound()
  return id
}

export function readPage(query: Query): { limit: number; offset: number } {
  return {
    limit: readInteger(query, 'limit', { min: 1, max: 1_000 }) ?? 100,
    offset: readInteger(query, 'offset', { min: 0, max: 2_147_483_647 }) ?? 0,
  }
}
