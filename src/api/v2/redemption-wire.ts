import { Type, type Static } from 'typebox'
import { catalogue } from '../../values/errors.ts'
import type { CouponOutcome } from '../../ledger/redemptions/redemption-outcome-rules.ts'
import {
  emptyList,
  discountFields,
  itemStatus as itemStatusAnswer,
  shortCustomer,
  status,
} from '../../http/answer-fields.ts'
import { inCase } from '../../values/coupon-code.ts'
import { statusToWire } from './wire.ts'

/** A refused coupon lacks the id of the redemption; an unknown code lacks all fields of the coupon and its series. */
const redemption = Type.Object({
  redemptionId: Type.Optional(Type.String({ description: '-1: it was checked only.' })),
  id: Type.Optional(Type.Integer({ description: 'The coupon’s id.' })),
  currencyInput: Type.Literal(false),
  localToBaseCurrencyExchangeRate: Type.Literal(0),
  warnings: emptyList,
  appendedErrorMessage: Type.Literal(''),
  code: Type.Optional(Type.String()),
  discountCode: Type.Optional(Type.String({ description: 'NO_VALUE: none.' })),
  seriesCode: Type.Optional(Type.Integer({ description: 'The id of the series.' })),
  isAbsolute: Type.Boolean(),
  couponValue: Type.Optional(Type.Number()),
  redemptionStatus: itemStatusAnswer,
  discountType: Type.Optional(discountFields.discountType),
  discountValue: Type.Optional(discountFields.discountValue),
  discountUpto: Type.Optional(discountFields.discountUpto),
})

export const redeemAnswer = Type.Object({
  redemption: Type.Array(redemption),
  redemptionStatus: status,
  customer: shortCustomer,
  warnings: Type.Array(status, { description: '739: the stated time was not used.' }),
})

export const bulkRedeemAnswer = Type.Object({
  response: Type.Array(
    Type.Object({
      entityId: Type.Optional(Type.Integer({ description: 'The coupon’s id.' })),
      result: redemption,
      errors: Type.Array(status),
      warnings: Type.Optional(Type.Array(status, { description: '739: the stated time was not used.' })),
    }),
  ),
  totalCount: Type.Integer(),
  failureCount: Type.Integer(),
})

export const redeemed = 'Coupon processing successful'
export const redeemable = 'Coupon isRedeem successful'

/** The warning about a stated time that is in the future or too far in the past. */
export const timePassedOver = {
  status: true,
  code: 739,
  message:
    'The redemption time is more than 5 minutes ahead or 7 days back: the rules were judged at the current time',
}

type BulkItem = Static<typeof bulkRedeemAnswer>['response'][number]

const base = {
  currencyInput: false,
  localToBaseCurrencyExchangeRate: 0,
  warnings: [],
  appendedErrorMessage: '',
} as const satisfies Partial<Static<typeof redemption>>

/** `redemptionStatus` of one coupon; the two families order its keys differently. */
function itemStatus(isOk: boolean, code: number, message: string, family: 'single' | 'bulk') {
  const lists = { warnings: [], warningsAsStatusCode: [] }
  return family === 'single'
    ? { statusCode: { status: isOk, message, code }, ...lists, message, code, success: isOk }
    : { statusCode: { status: isOk, code, message }, ...lists, code, success: isOk, message }
}

/** One coupon of a redemption. A refused one has the reason and the known data. */
export function redemptionToWire(
  { coupon, refusal, redemptionId }: CouponOutcome,
  code: string,
  family: 'single' | 'bulk',
  success: string,
): Static<typeof redemption> {
  const status =
    refusal === null
      ? itemStatus(true, 700, success, family)
      : itemStatus(false, refusal, catalogue[refusal].message, family)
  // Programs find their line by the code, which the original prints in capitals.
  if (coupon === undefined)
    return { ...base, code: inCase(code, 'UPPER'), isAbsolute: false, redemptionStatus: status }
  const known = {
    id: coupon.id,
    // Written out: the engine spreads into the middle of an object slowly.
    currencyInput: base.currencyInput,
    localToBaseCurrencyExchangeRate: base.localToBaseCurrencyExchangeRate,
    warnings: base.warnings,
    appendedErrorMessage: base.appendedErrorMessage,
    code: inCase(coupon.code, 'UPPER'),
    discountCode: coupon.discountCode ?? 'NO_VALUE',
    seriesCode: coupon.seriesId,
    isAbsolute: coupon.discountType === 'ABS',
    couponValue: coupon.discountValue,
    redemptionStatus: status,
    discountType: coupon.discountType,
    discountValue: coupon.discountValue,
    discountUpto: coupon.discountUpto,
  } as const
  return refusal === null ? { redemptionId: String(redemptionId ?? -1), ...known } : known
}

/** One coupon of a bulk redemption. */
export function bulkItemToWire(outcome: CouponOutcome, code: string, success: string): BulkItem {
  const result = redemptionToWire(outcome, code, 'bulk', success)
  const errors = outcome.refusal === null ? [] : [statusToWire(outcome.refusal)]
  return { ...(outcome.coupon && { entityId: outcome.coupon.id }), result, errors }
}

/** The answer to a bulk redemption of too many codes. */
export function tooManyToWire(): Static<typeof bulkRedeemAnswer> {
  const { message } = catalogue[629]
  const result = { ...base, isAbsolute: false, redemptionStatus: itemStatus(false, 629, message, 'bulk') }
  return { response: [{ result, errors: [statusToWire(629)] }], totalCount: 1, failureCount: 1 }
}
