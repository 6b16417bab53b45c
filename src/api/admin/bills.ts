import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { findByBill, maxRedemptions } from '../../ledger/redemptions/find-by-bill.ts'
import { searchedDays } from '../../ledger/returns/find-bill.ts'
import { isGranted } from '../../values/caller.ts'
import { dayOf, formatInstant } from '../../values/calendar.ts'
import { badParameter } from '../../values/errors.ts'
import { readDay } from '../../values/stated-time.ts'
import type { App } from '../../http/app.ts'
import { readGivenText, readText } from '../../http/query-parameters.ts'
import { route } from '../../http/route.ts'
import { answers, nullable } from './fields.ts'

const maxLength = 100

export const billedSchema = Type.Object({
  redemptions: Type.Array(
    Type.Object({
      id: Type.Integer(),
      code: Type.String(),
      seriesId: Type.Integer(),
      seriesDescription: Type.String(),
      customerId: Type.Integer(),
      firstName: Type.String({ description: 'Empty for callers who may not read customers.' }),
      lastName: Type.String(),
      redeemedAt: Type.String(),
      day: Type.String({
        description:
          'YYYY-MM-DD. Redemptions with the same day, store and till are one sale: POST /v2/coupon/reactivate with their ids reverses it in one step.',
      }),
      storeId: nullable(Type.Integer()),
      storeName: nullable(Type.String()),
      tillId: nullable(Type.Integer()),
      tillCode: nullable(Type.String()),
      billAmount: nullable(Type.Number()),
      isReversed: Type.Boolean(),
      isRevoked: Type.Boolean({
        description: 'Whether the coupon is revoked. Then the redemption cannot be reversed.',
      }),
      validUntil: Type.String({ description: 'When the coupon ends or ended.' }),
    }),
    { description: `Latest first; at most ${maxRedemptions}.` },
  ),
  searchedDays: nullable(
    Type.Integer({ description: 'The number of days searched; null: only the stated day.' }),
  ),
})

/** `GET /admin/v1/bills`: the redemptions on a bill, found by its number. */
export function registerBills(app: App, context: Context): void {
  route(app, 'GET /admin/v1/bills', {
    // For people and clients but never for tills, like holds: the answer contains codes of customers.
    access: {
      all: [
        ['coupon', 'read'],
        ['client', 'read'],
      ],
    },
    failure: 'problem',
    schema: {
      operationId: 'findBill',
      summary: 'The coupons redeemed on a bill',
      description: `Bill numbers have no index: without day, the redemptions of the last ${searchedDays} days are searched.`,
      tags: ['Care'],
      querystring: Type.Object({
        number: Type.Optional(Type.String({ description: 'The complete number of the bill.' })),
        day: Type.Optional(Type.String({ description: 'YYYY-MM-DD: the day of the bill.' })),
      }),
      response: answers(billedSchema),
    },
    handler: async (caller, { query }) => {
      const { timeZone } = caller
      const number = readGivenText(query, 'number')?.trim() ?? ''
      if (number === '' || number.length > maxLength)
        throw badParameter('number', number, `1 to ${maxLength} characters`)
      const day = readText(query, 'day')
      if (day !== undefined && readDay(day, timeZone) === undefined)
        throw badParameter('day', day, 'a day, YYYY-MM-DD')
      const found = await findByBill(context, caller, number, day)
      const seesNames = isGranted(caller, 'customer', 'read')
      return {
        redemptions: found.map(({ redeemedAtS, validUntilS, firstName, lastName, ...one }) => ({
          ...one,
          firstName: seesNames ? firstName : '',
          lastName: seesNames ? lastName : '',
          redeemedAt: formatInstant(timeZone, redeemedAtS),
          day: dayOf(timeZone, redeemedAtS),
          validUntil: formatInstant(timeZone, validUntilS),
        })),
        searchedDays: day === undefined ? searchedDays : null,
      }
    },
  })
}
