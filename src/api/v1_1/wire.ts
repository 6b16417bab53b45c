import type { CustomerProfile } from '../../ledger/customers/customer-profile.ts'
import type { IssuedSeries } from '../../ledger/coupons/issue-coupons.ts'
import { dayOf, formatInstant } from '../../values/calendar.ts'

/** `yyyy-MM-dd HH:mm:ss` on the organisation's clock. */
export function localTime(timeZone: string, epochS: number): string {
  const instant = formatInstant(timeZone, epochS)
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}`
}

/** An identifier of a customer, as it is printed; null: none. */
export function identifierOf(
  { identifiers }: Pick<CustomerProfile, 'identifiers'>,
  wanted: CustomerProfile['identifiers'][number]['type'],
): string | null {
  return identifiers.find(({ type }) => type === wanted)?.value ?? null
}

/** Who a coupon was redeemed for or is asked about. */
export function customerToWire(customer: CustomerProfile, withId: boolean) {
  return {
    mobile: identifierOf(customer, 'mobile'),
    email: identifierOf(customer, 'email'),
    external_id: identifierOf(customer, 'externalId'),
    ...(withId && { user_id: String(customer.id) }),
  }
}

/** The terms that coupon calls tell. */
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
