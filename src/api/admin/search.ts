import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { findAnything, maxHits } from '../../ledger/customers/find-anything.ts'
import { badParameter } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readGivenText } from '../../http/query-parameters.ts'
import { formatInstant } from '../../values/calendar.ts'
import { answers, versionField } from './fields.ts'

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
      version: versionField,
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
  redemptions: Type.Array(
    Type.Object({
      id: Type.Integer(),
      code: Type.String(),
      customerId: Type.Integer(),
      redeemedAt: Type.String(),
      billNumber: Type.String({ description: 'Empty: none.' }),
      seriesDescription: Type.String(),
    }),
    { description: 'By id; only for people.' },
  ),
  series: Type.Array(Type.Object({ id: Type.Integer(), code: Type.String(), description: Type.String() }), {
    description: 'By words; at most five, only for people.',
  }),
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
      summary: 'Customers, coupons, redemptions and series that a text may mean',
      description: `A mobile number, e-mail address, external id or name, or the beginning of one (3 characters or more); both names in either order; the last four or more digits of a mobile number; a customer id; a whole coupon code, also in pieces. For people also the id of a redemption, and words of series. At most ${maxHits} of each kind, the closest first. Of what the caller may not read there are none.`,
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
      const { customers, coupons, redemptions, series } = await findAnything(context, caller, text)
      return {
        customers: [...customers],
        coupons: [...coupons],
        redemptions: redemptions.map(({ redeemedAtS, ...one }) => ({
          ...one,
          redeemedAt: formatInstant(caller.timeZone, redeemedAtS),
        })),
        series: [...series],
      }
    },
  })
}
