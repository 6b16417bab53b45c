import type { HashValue } from './hash-values.ts'

/** A difference as it is counted; `theirs` and `ours` contain no personal values. */
export interface CountedDifference {
  readonly field: string
  readonly theirs: string
  readonly ours: string
  readonly example: DifferenceExample
}

/** The values of one case; possible personal data is hashed. */
export interface DifferenceExample {
  readonly theirs: string
  readonly ours: string
  /** The coupon, hashed; empty: none. */
  readonly code: string
}

/**
 * Fields whose values are terms of series, counters, times or states. The values of all others are hashed, because
 * names, identifiers, codes, bills and custom fields occur in too many places to list.
 */
const plainFields = new Set(
  [
    'HTTP status',
    'verdict',
    'discountType',
    'discountValue',
    'discountUpto',
    'discountOn',
    'couponValue',
    'redemptionsLeft',
    'redemptionCount',
    'redemptions_left',
    'numberOfRedemptionsByUser',
    'no_of_redemptions_by_user',
    'discount_type',
    'discount_value',
    'discount_upto',
    'discount_on',
    'coupon_value',
    'is_redeemable',
    'is_absolute',
    'success',
    'total',
    'limit',
    'offset',
    'count',
    'totalCount',
    'failureCount',
    'validTill',
    'validTillDate',
    'validTillDateTime',
    'valid_till',
    'valid_till_date',
    'createdDateISO',
    'dateISO',
    'reversedOn',
    'seriesId',
    'series_id',
    'maxCreate',
    'maxRedeem',
    'minBillAmount',
    'maxBillAmount',
    'min_bill_amount',
    'max_bill_amount',
    'maxRedemptionsInSeriesPerUser',
    'clientHandlingType',
    'expiryStrategyType',
    'expiryStrategyValue',
  ].map((name) => name.toLowerCase()),
)

/** A `code` that belongs to a status, and is not the code of a coupon. */
const statusCode = /(?:status|errors\[\]|warnings\[\]|statusCode)\.code$/i

const lastName = (field: string): string => field.slice(field.lastIndexOf('.') + 1).replace(/(?:\[\])+$/, '')

const isPlain = (field: string): boolean =>
  plainFields.has(lastName(field).toLowerCase()) || statusCode.test(field)

const maxShown = 80

/** The value in an example. */
function shownValue(field: string, value: unknown, hash: HashValue): string {
  if (value === undefined) return 'absent'
  if (value === null || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.length === 1 ? '1 item' : `${value.length} items`
  if (typeof value !== 'string' && typeof value !== 'number') return 'an object'
  const text = String(value)
  return isPlain(field) || field.endsWith(' order') ? text.slice(0, maxShown) : hash(text.toUpperCase())
}

/** The value by which differences are counted: only values that say something about the rules, never personal ones. */
function countedValue(field: string, value: unknown): string {
  if (value === undefined) return 'absent'
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string' && typeof value !== 'number') return Array.isArray(value) ? 'list' : 'object'
  const text = String(value)
  if (field === 'verdict') return text.slice(0, maxShown)
  const isCode = (field === 'HTTP status' || statusCode.test(field)) && /^-?\d{1,6}$/.test(text)
  return isCode || text === 'true' || text === 'false' ? text : 'value'
}

/** @param code of the coupon, in upper case; empty: none. */
export function countedDifference(
  { field, theirs, ours }: { readonly field: string; readonly theirs: unknown; readonly ours: unknown },
  code: string,
  hash: HashValue,
): CountedDifference {
  return {
    field: field.slice(0, 200),
    theirs: countedValue(field, theirs),
    ours: countedValue(field, ours),
    example: {
      theirs: shownValue(field, theirs, hash),
      ours: shownValue(field, ours, hash),
      code: code === '' ? '' : hash(code),
    },
  }
}
