import { Type, type TProperties, type TSchema } from 'typebox'
import type { TwoWays } from '../../http/v1_1-values.ts'

/** What the schemas of version 1.1 share. */

export const text = Type.Optional(Type.String())
export const textOrNull = Type.Union([Type.String(), Type.Null()])
export const place = Type.Object({ code: Type.String(), name: Type.String() })

/** Text for most callers, and a typed value for those with the setting `v1Types` `typed`. */
export const flagSchema = Type.Unsafe<TwoWays>(
  Type.Union([Type.String(), Type.Boolean()], {
    description: 'The text true or false; a boolean for callers with typed answers.',
  }),
)
export const figureSchema = Type.Unsafe<TwoWays>(
  Type.Union([Type.String(), Type.Number()], {
    description: 'Text; a number for callers with typed answers.',
  }),
)

const statusFields = { success: flagSchema, code: Type.Integer(), message: Type.String() }

export const requestStatus = Type.Object({
  ...statusFields,
  success: Type.Unsafe<TwoWays>(
    Type.Union([Type.String(), Type.Boolean()], {
      description: 'true, false, or partial: some items failed. A boolean for callers with typed answers.',
    }),
  ),
})

/** The status of calls that print a boolean. */
export const booleanStatus = Type.Object({
  ...statusFields,
  success: Type.Unsafe<TwoWays | boolean>(
    Type.Union([Type.Boolean(), Type.Literal('partial')], {
      description: 'A real boolean in this call; partial: some items failed.',
    }),
  ),
})

/** `item_status` of an answer's items. */
export const itemFields = { item_status: Type.Object(statusFields) }

/** One item is an object, several are a list. */
export const oneOrSeveral = <Properties extends TProperties>(properties: Properties) => {
  const item = Type.Object(properties)
  return Type.Union([item, Type.Array(item)])
}

/** An answer with its content beside the status. */
export const answerSchema = (
  content: TProperties,
  before: TProperties = {},
  status: TSchema = requestStatus,
) => Type.Object({ response: Type.Object({ ...before, status, ...content }) })

const failure = Type.Object(
  { response: Type.Object({ status: requestStatus }) },
  { description: 'The request could not be carried out.' },
)

/** An answer in which every item failed has the shape of a success, with the HTTP status of the caller's setting. */
export const responses = (success: TSchema) => ({
  200: success,
  400: Type.Union([failure, success]),
  500: Type.Union([failure, success]),
  ...Object.fromEntries([401, 403, 404, 405, 413, 415, 422, 429, 503].map((code) => [code, failure])),
})

/** Parameters of every call. */
export const formatParameter = {
  format: Type.Optional(
    Type.String({
      description: 'json or xml; without it XML where Accept names XML and no JSON, otherwise JSON.',
    }),
  ),
}

/** Media types of a call, for the description. */
export const produces = ['application/json', 'application/xml']
export const consumes = ['application/json', 'application/xml', 'text/xml']

/** Adds the ids of the customers if it is true. */
export const userIdParameter = {
  user_id: Type.Optional(Type.String({ description: 'true: with the ids of the customers.' })),
}

/** A body of items, one or several. */
export const itemsBody = <Name extends string, Item extends TSchema>(name: Name, item: Item) =>
  Type.Object({
    root: Type.Object({
      [name]: Type.Union([item, Type.Array(item, { maxItems: 1_000 })]),
    } as { [Key in Name]: ReturnType<typeof Type.Union<[Item, ReturnType<typeof Type.Array<Item>>]>> }),
  })
