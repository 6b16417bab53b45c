type Fields = Readonly<Record<string, unknown>>

/** The decision of a service about one coupon of a request. */
export interface Verdict {
  /** The code in upper case; empty: the request as a whole. */
  readonly code: string
  /** `accepted`, or the code of the refusal. */
  readonly verdict: string
}

export const accepted = 'accepted'

/** The verdict of an answer without one. */
export const unreadable = (httpStatus: number): string => `HTTP ${httpStatus}`

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
const listOf = (value: unknown): unknown[] => (value === undefined || value === null ? [] : [value].flat())

/** A status code as the contract prints it: a number, or its digits. */
function codeIn(value: unknown): string | undefined {
  const code = fieldsOf(value)?.['code']
  return (typeof code === 'number' || typeof code === 'string') && /^-?\d{1,6}$/.test(String(code))
    ? String(code)
    : undefined
}

const textIn = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** 200 and 700 have the same meaning in different calls. */
const named = (code: string): string => (code === '200' || code === '700' ? accepted : code)

/** An item of a bulk answer of version 2. The item of an issued coupon has no status. */
function bulkItem(one: unknown): unknown {
  const { result, errors } = fieldsOf(one) ?? {}
  const [error] = listOf(errors)
  return fieldsOf(result)?.['redemptionStatus'] === undefined && error !== undefined
    ? { redemptionStatus: error }
    : result
}

/** The items of an answer about coupons: of version 2, for one, bulk and several of one series, and of version 1.1. */
function itemsOf(body: Fields): unknown[] {
  const { redemption, response, coupons: issued, errors } = body
  if (redemption !== undefined) return listOf(redemption)
  if (Array.isArray(response)) return response.map(bulkItem)
  // Coupons of one series, and the reason if there are fewer than requested.
  if (Array.isArray(issued)) return [...issued, ...listOf(errors).map((one) => ({ redemptionStatus: one }))]
  const inVersion1 = fieldsOf(response)
  const coupons = fieldsOf(inVersion1?.['coupons'])
  return listOf(coupons?.['coupon'] ?? coupons?.['redeemable'] ?? inVersion1?.['coupon'])
}

function verdictOf(item: Fields): string | undefined {
  const { redemptionStatus, item_status: itemStatus, isRedeemable, warnings } = item
  const code = codeIn(redemptionStatus) ?? codeIn(itemStatus)
  if (code !== undefined) return named(code)
  if (typeof isRedeemable === 'boolean')
    return isRedeemable ? accepted : (codeIn(listOf(warnings)[0]) ?? 'refused')
  return isIssued(item) ? accepted : undefined
}

/** An issued coupon is printed without a status. */
const isIssued = (item: Fields): boolean =>
  typeof item['code'] === 'string' && (item['couponId'] ?? item['seriesId']) !== undefined

/**
 * Reads the verdict on each coupon from the answer to a judged write or a check. A request that failed as a whole has
 * one verdict without a coupon.
 */
export function verdictsOf(httpStatus: number, value: unknown): Verdict[] {
  const body = fieldsOf(value) ?? {}
  const verdicts = itemsOf(body).flatMap((one): Verdict[] => {
    const item = fieldsOf(one)
    const verdict = item && verdictOf(item)
    return item === undefined || verdict === undefined
      ? []
      : [{ code: textIn(item['code']).toUpperCase(), verdict }]
  })
  if (verdicts.length > 0) return verdicts
  const failure = failureOf(body)
  if (failure !== undefined) return [{ code: '', verdict: named(failure) }]
  const isDone = isIssued(body) || body['success'] === true
  return [{ code: '', verdict: isDone ? accepted : unreadable(httpStatus) }]
}

/** The code with which a request failed as a whole. */
function failureOf(value: unknown): string | undefined {
  const body = fieldsOf(value) ?? {}
  const status = fieldsOf(fieldsOf(body['response'])?.['status'])
  const [error] = listOf(body['errors'])
  const own = body['status'] === false ? codeIn(body) : undefined
  return codeIn(error) ?? codeIn(status) ?? codeIn(body['redemptionStatus']) ?? own
}

/** Refusals for an unknown customer or coupon. */
const unknown = new Set(['701', '702', '719', '1012', '8015', '8109'])

/** All codes of an answer that report an unknown customer or coupon. */
export function unknownCodesOf(httpStatus: number, value: unknown): string[] {
  const found = verdictsOf(httpStatus, value).map(({ verdict }) => verdict)
  const response = fieldsOf(fieldsOf(value)?.['response'])
  const items = Object.values(response ?? {}).flatMap((one) =>
    Object.values(fieldsOf(one) ?? {}).flatMap((list) => listOf(list)),
  )
  for (const item of items) found.push(codeIn(fieldsOf(item)?.['item_status']) ?? '')
  return found.filter((code) => unknown.has(code))
}
