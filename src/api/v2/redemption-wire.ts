import { catalogue } from '../../errors.ts'
import type { CouponVerdict } from '../../redemptions/redeem-rules.ts'
import { statusToWire } from './wire.ts'

export const redeemed = 'Coupon processing successful'
export const redeemable = 'Coupon isRedeem successful'

/** `redemptionStatus` of one coupon; the two families order its keys differently. */
function itemStatus(isOk: boolean, code: number, message: string, family: 'single' | 'bulk') {
  const lists = { warnings: [], warningsAsStatusCode: [] }
  return family === 'single'
    ? { statusCode: { status: isOk, message, code }, ...lists, message, code, success: isOk }
    : { statusCode: { status: isOk, code, message }, ...lists, code, success: isOk, message }
}

/** One coupon of a redemption. A refused one says why, and what is known of it. */
export function redemptionToWire(
  { state, refusal, redemptionId }: CouponVerdict,
  code: string,
  family: 'single' | 'bulk',
  success: string,
) {
  const base = {
    currencyInput: false,
    localToBaseCurrencyExchangeRate: 0,
    warnings: [],
    appendedErrorMessage: '',
  }
  const status =
    refusal === null
      ? itemStatus(true, 700, success, family)
      : itemStatus(false, refusal, catalogue[refusal].message, family)
  if (state === undefined) return { ...base, code, isAbsolute: false, redemptionStatus: status }
  const { series } = state
  return {
    ...(refusal === null && { redemptionId: String(redemptionId ?? -1) }),
    id: state.couponId,
    ...base,
    code: state.code,
    discountCode: series.discountCode ?? 'NO_VALUE',
    seriesCode: series.id,
    isAbsolute: series.discountType === 'ABS',
    couponValue: series.discountValue,
    redemptionStatus: status,
    discountType: series.discountType,
    discountValue: series.discountValue,
    discountUpto: series.discountUpto,
  }
}

/** One coupon of a bulk redemption. */
export function bulkItemToWire(verdict: CouponVerdict, code: string, success: string) {
  const result = redemptionToWire(verdict, code, 'bulk', success)
  const errors = verdict.refusal === null ? [] : [statusToWire(verdict.refusal)]
  return { ...(verdict.state && { entityId: verdict.state.couponId }), result, errors }
}

/** The answer to a bulk redemption of too many codes. */
export function tooManyToWire() {
  const { message } = catalogue[629]
  const base = {
    currencyInput: false,
    localToBaseCurrencyExchangeRate: 0,
    warnings: [],
    appendedErrorMessage: '',
  }
  const result = { ...base, isAbsolute: false, redemptionStatus: itemStatus(false, 629, message, 'bulk') }
  return { response: [{ result, errors: [statusToWire(629)] }], totalCount: 1, failureCount: 1 }
}
