import { Type } from 'typebox'
import type { IssuedSeries } from '../../ledger/coupons/issue-coupons.ts'
import type { Series } from '../../ledger/series/terms.ts'
import { dayOf } from '../../values/calendar.ts'
import { shapeOf, type Key } from '../../http/shape.ts'
import { noObject, type TwoWays } from '../../http/v1_1-values.ts'
import { productsOf } from '../v2/series-lists.ts'
import { amount, day, seriesKeys, shown, truth, type OutgoingSeries } from './series-fields.ts'

/** The series of a coupon in coupon calls with `details=true`. */
export const seriesInfoFields = {
  description: Type.String(),
  discount_code: Type.String({ description: 'NO_VALUE: none.' }),
  valid_till: Type.String({ description: 'The last day, yyyy-MM-dd.' }),
  discount_type: Type.String({ description: 'ABS or PERC.' }),
  discount_value: Type.String(),
  discount_on: Type.Literal('BILL'),
  detailed_info: Type.String(),
}

export function seriesInfoToWire(
  series: Omit<IssuedSeries, 'clientHandlingType' | 'isExistingCouponWithheld'>,
  timeZone: string,
) {
  return {
    description: series.description,
    discount_code: series.discountCode ?? 'NO_VALUE',
    valid_till: dayOf(timeZone, series.validUntilS),
    discount_type: series.discountType,
    discount_value: String(series.discountValue),
    discount_on: 'BILL',
    detailed_info: series.info,
  }
}

/** A list with the names of products; without any, an empty text or null. */
const products = (
  name: string,
  type: Parameters<typeof productsOf>[1],
  further: Readonly<Record<string, string>> = {},
): Key<OutgoingSeries> => ({
  schema: Type.Unsafe<TwoWays | object>(
    Type.Union([
      Type.Literal(''),
      Type.Null(),
      Type.Object({
        [name]: Type.Array(Type.Object({ label: Type.String(), level: Type.Optional(Type.String()) })),
      }),
    ]),
  ),
  from: ({ series }) => {
    const labels = productsOf(series, type).map(String)
    return labels.length === 0 ? noObject : { [name]: labels.map((label) => ({ ...further, label })) }
  },
})

const termsAndConditions = ({ customProperties }: Series): string =>
  customProperties?.find(({ name }) => name === 'standard_terms_and_conditions')?.value ?? ''

/** The configuration of a series, with `details=extended`. */
const extended = shapeOf<OutgoingSeries>()({
  ...seriesKeys,
  valid_till: day((series) => series.validUntilS),
  detailed_info: shown((series) => series.info),
  org_id: shown((series) => String(series.orgId)),
  tag: shown((series) => series.tag),
  sms_template: shown((series) => series.smsTemplate),
  discount_upto: amount((series) => series.discountUpto),
  show_pin_code: truth(() => false),
  terms_and_condition: shown(termsAndConditions),
  categories: products('category', 'CATEGORY', { level: '1' }),
  brands: products('brand', 'BRAND'),
  product_sku: products('sku', 'SKU'),
})

export const extendedInfoFields = extended.properties
export const extendedInfoToWire = extended.toWire
