import { Type, type TProperties, type TSchema } from 'typebox'

/** What the schemas of version 1.1 have in common. */

export const text = Type.Optional(Type.String())
export const textOrNull = Type.Union([Type.String(), Type.Null()])
export const place = Type.Object({ code: Type.String(), name: Type.String() })

export const requestStatus = Type.Object({
  success: Type.String({ description: 'true, false, or partial: some items failed.' }),
  code: Type.Integer(),
  message: Type.String(),
})
const itemStatusSchema = Type.Object({
  success: Type.String({ description: 'true or false.' }),
  code: Type.Integer(),
  message: Type.String(),
})

/** `item_status` of an answer's items. */
export const itemFields = { item_status: itemStatusSchema }

/** One item is an object, several are a list. */
export const oneOrSeveral = <Properties extends TProperties>(properties: Properties) => {
  const item = Type.Object(properties)
  return Type.Union([item, Type.Array(item)])
}

/** The terms that coupon calls tell. */
export const seriesInfoFields = {
  description: Type.String(),
  discount_code: Type.String(),
  valid_till: Type.String({ description: 'The last day, yyyy-MM-dd.' }),
  discount_type: Type.String({ description: 'ABS or PERC.' }),
  discount_value: Type.String(),
  discount_on: Type.Literal('BILL'),
  detailed_info: Type.String(),
}

/** An answer with what it holds beside the status. */
export const answerSchema = (
  content: TProperties,
  before: TProperties = {},
  status: TSchema = requestStatus,
) => Type.Object({ response: Type.Object({ ...before, status, ...content }) })

const failure = (status: TSchema) =>
  Type.Object({ response: Type.Object({ status }) }, { description: 'The request could not be carried out.' })

/**
 * An answer in which every item failed has the shape of the success.
 *
 * @param status of the request, where it fails as a whole.
 */
export const responses = (success: TSchema, status: TSchema = requestStatus) => ({
  200: success,
  400: Type.Union([failure(status), success]),
  ...Object.fromEntries(
    [401, 403, 404, 405, 413, 415, 422, 429, 500, 503].map((code) => [code, failure(status)]),
  ),
})

/** Parameters of every call. */
export const formatParameter = {
  format: Type.Optional(
    Type.String({ description: 'json or xml; without it what Accept says, by default json.' }),
  ),
}

/** Media types of a call, for the description. */
export const produces = ['application/json', 'application/xml']
export const consumes = ['application/json', 'application/xml', 'text/xml']

/** With the ids of the customers, where it is true. */
export const userIdParameter = {
  user_id: Type.Optional(Type.String({ description: 'true: with the ids of the customers.' })),
}

/** A body of items, one or several. */
export const itemsBody = <Item extends TSchema>(item: Item) =>
  Type.Object({
    root: Type.Object({ coupon: Type.Union([item, Type.Array(item, { maxItems: 1_000 })]) }),
  })
