import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { readMoneyFigures } from '../../ledger/reports/read-money-figures.ts'
import type { App } from '../../http/app.ts'
import { readInteger } from '../../http/query-parameters.ts'
import { route } from '../../http/route.ts'
import { maxId } from '../../values/ids.ts'
import { answers, nullable } from './fields.ts'
import { daysParameter, readDayCount, tags } from './figures.ts'

const amount = (description: string) => Type.String({ description })
const bills = {
  bills: Type.Integer({
    description:
      'Bills with an amount. Redemptions of one day and till with the same transaction number are on one bill.',
  }),
  billValue: amount('The sum of these bills before discounts.'),
  averageBill: nullable(amount('Null: there are no bills.')),
}

export const moneyFiguresSchema = Type.Object({
  currency: nullable(
    Type.String({ description: 'ISO 4217; null: the organisation states none. Amounts are decimal texts.' }),
  ),
  discountGiven: amount('Discounts of redemptions made in these days, including those reversed later.'),
  discountReturned: amount('Given back by returns in these days, whenever the redemptions were made.'),
  discountReversed: amount(
    'Given back by reversals in these days, in addition to earlier returns. Given minus returned and reversed is what was kept.',
  ),
  ...bills,
  otherBills: nullable(
    Type.Object(bills, {
      description:
        'With series: the bills of the same days on which only coupons of other series were redeemed. Bills without any coupon are unknown.',
    }),
  ),
  days: Type.Array(
    Type.Object({
      day: Type.String({ description: 'YYYY-MM-DD in the time zone of the organisation.' }),
      discountGiven: Type.String(),
      discountReturned: Type.String(),
      discountReversed: Type.String(),
      billValue: Type.String(),
    }),
  ),
})

/** `GET /admin/v1/figures/money`: the discounts of the last days. */
export function registerMoneyFigures(app: App, context: Context): void {
  route(app, 'GET /admin/v1/figures/money', {
    access: ['campaign', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'getMoneyFigures',
      summary: 'Discounts given and values of bills by day, of all series or of one',
      tags,
      querystring: Type.Object({
        series: Type.Optional(Type.String({ description: 'Id of a series; without it all series.' })),
        days: daysParameter(30),
      }),
      response: answers(moneyFiguresSchema),
    },
    handler: (caller, request) =>
      readMoneyFigures(context, caller, {
        seriesId: readInteger(request.query, 'series', { min: 1, max: maxId }),
        dayCount: readDayCount(request.query, 30),
      }),
  })
}
