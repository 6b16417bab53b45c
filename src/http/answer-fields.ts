import { Type } from 'typebox'
import { record } from './fields.ts'

/** Common parts of answers. Keys are in the order in which they are printed. */

export const instant = (description: string) => Type.String({ description })

/** A list of the contract that is always empty here. */
export const emptyList = Type.Array(Type.Unknown(), { maxItems: 0 })

/** The same as an object. */
export const emptyObject = record(Type.Unknown(), { maxProperties: 0 })

/** The result of a request or of one of its items. */
export const status = Type.Object(
  {
    status: Type.Boolean(),
    code: Type.Integer(),
    message: Type.String(),
  },
  { title: 'Status' },
)

/** The result of a coupon, which is printed twice. */
export const itemStatus = Type.Object(
  {
    statusCode: status,
    warnings: emptyList,
    warningsAsStatusCode: emptyList,
    code: Type.Integer(),
    success: Type.Boolean(),
    message: Type.String(),
  },
  { title: 'ItemStatus' },
)

export const identifiers = Type.Array(Type.Object({ type: Type.String(), value: Type.String() }))

/** The customer in coupon calls. */
export const shortCustomer = Type.Object(
  {
    id: Type.Integer(),
    profiles: Type.Array(
      Type.Object({
        firstName: Type.String(),
        lastName: Type.String(),
        fields: emptyObject,
        allFields: emptyObject,
        identifiers,
        commChannels: emptyList,
        userId: Type.Integer(),
        accountId: Type.Literal(''),
        autoUpdateTime: instant('When the customer was last changed.'),
        identifiersAll: identifiers,
      }),
    ),
  },
  { title: 'ShortCustomer' },
)

export const discountFields = {
  discountType: Type.String({ description: 'ABS or PERC.' }),
  discountValue: Type.Number(),
  discountUpto: Type.Number({ description: '0: no cap.' }),
}

export const pagination = Type.Object({
  limit: Type.Integer(),
  offset: Type.Integer(),
  total: Type.Integer(),
})

/** The answer of the entity family. */
export const entityAnswer = <Properties extends Parameters<typeof Type.Object>[0]>(entity: Properties) =>
  Type.Object({
    entity: Type.Object(entity),
    warnings: emptyList,
    errors: emptyList,
    success: Type.Boolean(),
  })
