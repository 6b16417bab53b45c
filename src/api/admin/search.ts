import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { findAnything, maxHits } from '../../ledger/customers/find-anything.ts'
import { badParameter } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readGivenText } from '../../http/query-parameters.ts'
import { answers } from './fields.ts'

const maxLength = 200
const nullableText = Type.Union([Type.String(), Type.Null()])

export const foundSchema = Type.Object({
  customers: Type.Array(
    Type.Object({
      id: Type.Integer(),
      firstName: Type.String(),
      lastName: Type.String(),
      mobile: nullableText,
      email: nullableText,
      externalId: nullableText,
      isBlocked: Type.Boolean(),
      matched: Type.String({ description: 'id, mobile, email, externalId or name.' }),
    }),
  ),
  coupons: Type.Array(
    Type.Object({
      id: Type.Integer(),
      code: Type.String(),
      seriesId: Type.Integer(),
      seriesDescription: Type.String(),
      customerId: Type.Union([Type.Integer(), Type.Null()]),
      isRevoked: Type.Boolean(),
    }),
  ),
})

/** `GET /admin/v1/search`: the customers and coupons that a text may refer to. */
export function registerSearch(app: App, context: Context): void {
  route(app, 'GET /admin/v1/search', {
    access: {
      any: [
        ['customer', 'read'],
        ['coupon', 'read'],
      ],
    },
    failure: 'problem',
    schema: {
      operationId: 'search',
      summary: 'Customers and coupons that a text may mean',
      description: `A mobile number, e-mail address, external id or name, or the beginning of one (3 characters or more); a customer id; a whole coupon code. At most ${maxHits} of each kind, the closest first. Of what the caller may not read there are none.`,
      tags: ['Care'],
      querystring: Type.Object({
        q: Type.Optional(Type.String({ description: `1 to ${maxLength} characters.` })),
      }),
      response: answers(foundSchema),
    },
    handler: async (caller, request) => {
      const text = readGivenText(request.query, 'q')?.trim() ?? ''
      if (text === '' || text.length > maxLength)
        throw badParameter('q', text, `1 to ${maxLength} characters`)
      const { customers, coupons } = await findAnything(context, caller, text)
      return { customers: [...customers], coupons: [...coupons] }
    },
  })
}
