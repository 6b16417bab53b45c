import { Type, type Static } from 'typebox'
import type { HistoryRedemption, HistoryReversal } from '../../ledger/coupons/customer-coupons-lane.ts'
import type { CustomerCoupons, ListedCoupon } from '../../ledger/coupons/list-customer-coupons.ts'
import { catalogue } from '../../values/errors.ts'
import { formatInstant, startOfDayS } from '../../values/calendar.ts'
import type { Caller } from '../../values/caller.ts'
import { moneyText } from '../../values/money.ts'
import { inCase, type CodeCase } from '../../values/coupon-code.ts'
import { emptyList, instant } from '../../http/answer-fields.ts'

/** What may be added to each coupon of a history. */
export const inclusions = [
  'customer',
  'redemptionStatus',
  'iso',
  'reversedTransactionNumber',
  'discount',
] as const
type Inclusion = (typeof inclusions)[number]

const place = Type.Object({ code: Type.String(), name: Type.String() })

const discount = {
  discountAmount: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'What it took off the bill, such as "50.00"; null: unknown. With include=discount.',
    }),
  ),
}

const redemption = Type.Object({
  id: Type.Integer(),
  date: instant('When it was redeemed.'),
  dateISO: Type.Optional(instant('The same, with include=iso.')),
  transactionNumber: Type.String({ description: 'Empty: none.' }),
  redeemedAt: Type.Optional(place),
  ...discount,
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
  ...discount,
})

/** Keys stand in the order in which they are printed. */
const coupon = Type.Object({
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
      { status: Type.Boolean(), message: Type.String(), code: Type.Integer() },
      { description: 'Would it be redeemed now? With include=redemptionStatus.' },
    ),
  ),
})

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

/** How a caller wants a history printed. */
export interface Presentation {
  readonly codeCase: CodeCase
  readonly withReversals: boolean
  readonly include: readonly Inclusion[]
}

/** What all coupons of an answer are printed with. */
interface Shared {
  readonly timeZone: string
  readonly currency: string | null
  readonly discounts: CustomerCoupons['discounts']
}

/** A page of a history as the contract prints it, instants in the organisation's time zone. */
export function historyToWire(
  found: CustomerCoupons,
  organisation: Pick<Caller, 'timeZone' | 'currency'>,
  presentation: Presentation,
  page: { limit: number; offset: number },
): Static<typeof historyAnswer> {
  const { discounts } = found
  const shared = { timeZone: organisation.timeZone, currency: organisation.currency, discounts }
  const customer = { id: found.customerId, firstname: found.firstName, lastname: found.lastName }
  return {
    entity: {
      pagination: { limit: String(page.limit), offset: String(page.offset), total: found.total },
      ...(discounts && { currency: organisation.currency }),
      customers: [
        {
          firstname: found.firstName,
          lastname: found.lastName,
          ...(found.email !== null && { email: found.email }),
          ...(found.mobile !== null && { mobile: found.mobile }),
          id: found.customerId,
          ...(found.externalId !== null && { externalId: found.externalId }),
          coupons: found.coupons.map((one) => couponToWire(one, customer, shared, presentation)),
        },
      ],
    },
    warnings: [],
    errors: [],
    success: true,
  }
}

/** Keys in the order of the contract; JSON leaves out those that are undefined. No spreads: they cost on hot paths. */
function couponToWire(
  one: ListedCoupon,
  customer: { id: number; firstname: string; lastname: string },
  shared: Shared,
  { codeCase, withReversals, include }: Presentation,
): Static<typeof coupon> {
  const { terms } = one
  const { timeZone } = shared
  const createdDate = formatInstant(timeZone, one.createdAtS)
  const withIso = include.includes('iso')
  return {
    code: inCase(one.code, codeCase),
    seriesId: one.seriesId,
    description: terms.description,
    validTill: formatInstant(timeZone, startOfDayS(timeZone, one.validUntilS)),
    discountType: terms.discountType,
    discountValue: terms.discountValue,
    discountUpto: terms.discountUpto,
    redemptionCount: one.redemptions.length,
    redemptionsLeft: one.redemptionsLeft,
    id: one.id,
    createdDate,
    createdDateISO: withIso ? createdDate : undefined,
    transactionNumber: one.transactionNumber ?? '0',
    issuedAt: one.issuedAt ?? undefined,
    customProperty: terms.customProperties ?? undefined,
    redemptions: one.redemptions.map((each) => redemptionToWire(each, shared, withIso)),
    reversedRedemptions: withReversals
      ? one.reversals.map((each) => reversalToWire(each, shared, include))
      : [],
    validTillDateTime: formatInstant(timeZone, one.validUntilS),
    customer: include.includes('customer') ? customer : undefined,
    redemptionStatus: one.refusal === undefined ? undefined : verdictToWire(one.refusal),
  } as Static<typeof coupon>
}

function redemptionToWire(one: HistoryRedemption, shared: Shared, withIso: boolean) {
  const { timeZone } = shared
  const date = formatInstant(timeZone, one.redeemedAtS)
  return {
    id: one.id,
    date,
    dateISO: withIso ? date : undefined,
    transactionNumber: one.transactionNumber,
    redeemedAt: one.redeemedAt ?? undefined,
    discountAmount: discountToWire(one, shared),
  }
}

function reversalToWire(one: HistoryReversal, shared: Shared, include: readonly Inclusion[]) {
  const { timeZone } = shared
  const date = formatInstant(timeZone, one.redeemedAtS)
  return {
    id: one.id,
    date,
    dateISO: include.includes('iso') ? date : undefined,
    reversedOn: formatInstant(timeZone, one.reversedAtS),
    transactionNumber: include.includes('reversedTransactionNumber') ? one.transactionNumber : undefined,
    redeemedAt: one.redeemedAt ?? undefined,
    discountAmount: discountToWire(one, shared),
  }
}

function discountToWire({ id }: HistoryRedemption, { currency, discounts }: Shared) {
  if (discounts === undefined) return undefined
  const amount = discounts.get(id)
  return amount === undefined ? null : moneyText(amount, currency)
}

function verdictToWire(refusal: NonNullable<ListedCoupon['refusal']> | null) {
  const code = refusal ?? 700
  return { status: refusal === null, message: catalogue[code].message, code }
}
