import { Type } from 'typebox'
import type { HistoryRedemption, HistoryReversal, Place } from '../../ledger/coupons/customer-coupons-lane.ts'
import type { CustomerCoupons, ListedCoupon } from '../../ledger/coupons/list-customer-coupons.ts'
import { catalogue } from '../../values/errors.ts'
import { formatInstant, startOfDayS } from '../../values/calendar.ts'
import { inCase, type CodeCase } from '../../values/coupon-code.ts'
import { emptyList, instant } from '../../http/answer-fields.ts'
import { decimalText } from '../../http/decimals.ts'
import { discountFields, discountText, reversedDiscountFields } from './discount-wire.ts'

/** What callers may have added to each coupon of a history. */
export const inclusions = [
  'customer',
  'redemptionStatus',
  'iso',
  'reversedTransactionNumber',
  'discount',
] as const
type Inclusion = (typeof inclusions)[number]

const place = Type.Object({ code: Type.String(), name: Type.String() })

const redemption = Type.Object({
  id: Type.Integer(),
  date: instant('When it was redeemed.'),
  dateISO: Type.Optional(instant('The same, with include=iso.')),
  transactionNumber: Type.String({ description: 'Empty: none.' }),
  redeemedAt: Type.Optional(place),
  ...discountFields,
})

const reversedRedemption = Type.Object({
  id: Type.Integer(),
  date: instant('When it was redeemed.'),
  dateISO: Type.Optional(instant('The same, with include=iso.')),
  reversedOn: instant('When it was taken back.'),
  transactionNumber: Type.Optional(
    Type.String({ description: 'Empty: none. With include=reversedTransactionNumber.' }),
  ),
  redeemedAt: Type.Optional(place),
  ...reversedDiscountFields,
})

/** Keys are in the order in which they are printed. */
const coupon = Type.Object(
  {
    code: Type.String(),
    seriesId: Type.Integer(),
    description: Type.String(),
    validTill: instant('Midnight of the last day.'),
    discountType: Type.String({ description: 'ABS or PERC.' }),
    discountValue: Type.Number(),
    discountUpto: Type.Number({ description: '0: no cap.' }),
    redemptionCount: Type.Integer({ description: 'Redemptions that stand.' }),
    redemptionsLeft: Type.Integer({ description: 'By the limits alone; -1: no limit.' }),
    id: Type.Integer(),
    createdDate: instant('When it was issued.'),
    createdDateISO: Type.Optional(instant('The same, with include=iso.')),
    transactionNumber: Type.String({ description: 'The transaction it was issued with; 0: none.' }),
    issuedAt: Type.Optional(place),
    customProperty: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.String() }))),
    redemptions: Type.Array(redemption),
    reversedRedemptions: Type.Array(reversedRedemption),
    validTillDateTime: instant('The last instant at which it works.'),
    customer: Type.Optional(
      Type.Object(
        { id: Type.Integer(), firstname: Type.String(), lastname: Type.String() },
        { description: 'With include=customer.' },
      ),
    ),
    redemptionStatus: Type.Optional(
      Type.Object(
        {
          status: Type.Boolean(),
          message: Type.String(),
          code: Type.Integer(),
          ownCode: Type.Optional(
            Type.Integer({
              description: 'The code in calls of /till/v1, where the contract has none for the rule.',
            }),
          ),
        },
        { description: 'Would it be redeemed now? With include=redemptionStatus.' },
      ),
    ),
  },
  { title: 'HistoryCoupon' },
)

/** The answer of `GET /v2/customers/coupons`. */
export const historyAnswer = Type.Object({
  entity: Type.Object({
    pagination: Type.Object({ limit: Type.String(), offset: Type.String(), total: Type.Integer() }),
    currency: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description:
          'ISO 4217 currency of the amounts; null: the organisation states none. With include=discount.',
      }),
    ),
    customers: Type.Array(
      Type.Object({
        firstname: Type.String(),
        lastname: Type.String(),
        email: Type.Optional(Type.String()),
        mobile: Type.Optional(Type.String()),
        id: Type.Integer(),
        externalId: Type.Optional(Type.String()),
        coupons: Type.Array(coupon),
      }),
    ),
  }),
  warnings: emptyList,
  errors: emptyList,
  success: Type.Boolean(),
})

/** The requested form of a history. */
export interface Presentation {
  readonly codeCase: CodeCase
  readonly withReversals: boolean
  readonly include: readonly Inclusion[]
  /** ISO 4217, for discounts; null: not stated. */
  readonly currency: string | null
}

/** The members with the discount of a redemption and what was returned of it. */
type DiscountOf = (redemptionId: number) => string

/** The JSON text of a value. */
const json = (value: unknown): string => JSON.stringify(value)

/**
 * All characters that JSON escapes, and a few more: control characters, the quotation mark, the backslash, surrogates.
 */
// oxlint-disable-next-line no-control-regex
const escaped = /[\u0000-\u001F"\\\uD800-\uDFFF]/

/** The JSON text of a string. Most strings need no escaping. */
const quoted = (text: string): string => (escaped.test(text) ? JSON.stringify(text) : `"${text}"`)

const placeText = (name: string, place: Place | null): string =>
  place === null ? '' : `,"${name}":{"code":${quoted(place.code)},"name":${quoted(place.name)}}`

/**
 * A page of a history as JSON text, with instants in the organisation's time zone. The text is composed here because
 * `JSON.stringify` takes twice as long for a page of fifteen coupons, and the history is the most frequent request of
 * tills.
 */
export function historyText(
  found: CustomerCoupons,
  timeZone: string,
  presentation: Presentation,
  page: { limit: number; offset: number },
): string {
  const customer = { id: found.customerId, firstname: found.firstName, lastname: found.lastName }
  const pagination = { limit: String(page.limit), offset: String(page.offset), total: found.total }
  const shown = {
    firstname: found.firstName,
    lastname: found.lastName,
    email: found.email ?? undefined,
    mobile: found.mobile ?? undefined,
    id: found.customerId,
    externalId: found.externalId ?? undefined,
  }
  const { discounts } = found
  const { currency } = presentation
  const discountOf: DiscountOf | undefined =
    discounts && ((id) => discountText(discounts.get(id), { timeZone, currency }))
  const inCurrency = discounts === undefined ? '' : `,"currency":${json(currency)}`
  const coupons = found.coupons.map((one) => couponText(one, customer, timeZone, presentation, discountOf))
  // The coupons are the last member of the customer.
  return `{"entity":{"pagination":${json(pagination)}${inCurrency},"customers":[${json(shown).slice(0, -1)},"coupons":[${coupons.join(',')}]}]},"warnings":[],"errors":[],"success":true}`
}

/** The members of a coupon's text that all coupons of a series share. */
interface TermsText {
  readonly description: string
  readonly discount: string
  readonly customProperty: string
}

/** Printed once while the terms are cached in memory. */
const knownTexts = new WeakMap<ListedCoupon['terms'], TermsText>()

function termsTextOf(terms: ListedCoupon['terms']): TermsText {
  const known = knownTexts.get(terms)
  if (known !== undefined) return known
  const text = {
    description: json(terms.description),
    discount: `"discountType":${json(terms.discountType)},"discountValue":${decimalText(terms.discountValue)},"discountUpto":${decimalText(terms.discountUpto)}`,
    customProperty:
      terms.customProperties === null ? '' : `,"customProperty":${json(terms.customProperties)}`,
  }
  knownTexts.set(terms, text)
  return text
}

/** Members in the order of `coupon`. Instants and numbers need no escaping. */
function couponText(
  one: ListedCoupon,
  customer: { id: number; firstname: string; lastname: string },
  timeZone: string,
  { codeCase, withReversals, include }: Presentation,
  discountOf: DiscountOf | undefined,
): string {
  const terms = termsTextOf(one.terms)
  const created = formatInstant(timeZone, one.createdAtS)
  const withIso = include.includes('iso')
  const createdIso = withIso ? `,"createdDateISO":"${created}"` : ''
  const redemptions = one.redemptions.map((each) => redemptionText(each, timeZone, withIso, discountOf))
  const reversals = withReversals
    ? one.reversals.map((each) => reversalText(each, timeZone, include, discountOf))
    : []
  const whose = include.includes('customer') ? `,"customer":${json(customer)}` : ''
  const status =
    one.refusal === undefined ? '' : `,"redemptionStatus":${json(verdictToWire(one.refusal, one.ownRefusal))}`
  return `{"code":${quoted(inCase(one.code, codeCase))},"seriesId":${one.seriesId},"description":${terms.description},"validTill":"${formatInstant(timeZone, startOfDayS(timeZone, one.validUntilS))}",${terms.discount},"redemptionCount":${redemptions.length},"redemptionsLeft":${one.redemptionsLeft},"id":${one.id},"createdDate":"${created}"${createdIso},"transactionNumber":${quoted(one.transactionNumber ?? '0')}${placeText('issuedAt', one.issuedAt)}${terms.customProperty},"redemptions":[${redemptions.join(',')}],"reversedRedemptions":[${reversals.join(',')}],"validTillDateTime":"${formatInstant(timeZone, one.validUntilS)}"${whose}${status}}`
}

/** Members in the order of `redemption`. */
function redemptionText(
  one: HistoryRedemption,
  timeZone: string,
  withIso: boolean,
  discountOf: DiscountOf | undefined,
): string {
  const date = formatInstant(timeZone, one.redeemedAtS)
  const iso = withIso ? `,"dateISO":"${date}"` : ''
  return `{"id":${one.id},"date":"${date}"${iso},"transactionNumber":${quoted(one.transactionNumber)}${placeText('redeemedAt', one.redeemedAt)}${discountOf?.(one.id) ?? ''}}`
}

/** Members in the order of `reversedRedemption`. */
function reversalText(
  one: HistoryReversal,
  timeZone: string,
  include: readonly Inclusion[],
  discountOf: DiscountOf | undefined,
): string {
  const date = formatInstant(timeZone, one.redeemedAtS)
  const iso = include.includes('iso') ? `,"dateISO":"${date}"` : ''
  const number = include.includes('reversedTransactionNumber')
    ? `,"transactionNumber":${quoted(one.transactionNumber)}`
    : ''
  return `{"id":${one.id},"date":"${date}"${iso},"reversedOn":"${formatInstant(timeZone, one.reversedAtS)}"${number}${placeText('redeemedAt', one.redeemedAt)}${discountOf?.(one.id) ?? ''}}`
}

function verdictToWire(
  refusal: NonNullable<ListedCoupon['refusal']> | null,
  ownCode: ListedCoupon['ownRefusal'],
) {
  const code = refusal ?? 700
  return {
    status: refusal === null,
    message: catalogue[code].message,
    code,
    ...(ownCode !== undefined && { ownCode }),
  }
}
