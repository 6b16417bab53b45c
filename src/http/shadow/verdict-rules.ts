type Fields = Readonly<Record<string, unknown>>

/** What a service decided about one coupon of a request. */
export interface Verdict {
  /** In upper case; empty: the request as a whole. */
  readonly code: string
  /** `accepted`, or the code of the refusal. */
  readonly verdict: string
}

export const accepted = 'accepted'

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

/** 200 and 700 say the same in different calls. */
const named = (code: string): string => (code === '200' || code === '700' ? accepted : code)

/** The items of an answer about coupons: of version 2, single and bulk, and of version 1.1. */
function itemsOf(body: Fields): unknown[] {
  const { redemption, response } = body
  if (redemption !== undefined) return listOf(redemption)
  if (Array.isArray(response)) return response.map((one) => fieldsOf(one)?.['result'])
  const coupons = fieldsOf(fieldsOf(response)?.['coupons'])
  return listOf(coupons?.['coupon'] ?? coupons?.['redeemable'])
}

function verdictOf(item: Fields): string | undefined {
  const { redemptionStatus, item_status: itemStatus, isRedeemable, warnings } = item
  const code = codeIn(redemptionStatus) ?? codeIn(itemStatus)
  if (code !== undefined) return named(code)
  if (typeof isRedeemable !== 'boolean') return undefined
  return isRedeemable ? accepted : (codeIn(listOf(warnings)[0]) ?? 'refused')
}

/**
 * Reads what was decided about each coupon from the answer to a redemption or a check. A request that failed as a whole has
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
  return [{ code: '', verdict: failure === undefined ? `HTTP ${httpStatus}` : named(failure) }]
}

/** The code with which a request failed as a whole. */
function failureOf(value: unknown): string | undefined {
  const body = fieldsOf(value) ?? {}
  const status = fieldsOf(fieldsOf(body['response'])?.['status'])
  const [error] = listOf(body['errors'])
  const own = body['status'] === false ? codeIn(body) : undefined
  return codeIn(error) ?? codeIn(status) ?? codeIn(body['redemptionStatus']) ?? own
}

/** Refusals that say that a customer or a coupon is unknown. */
const unknown = new Set(['701', '702', '719', '1012', '8015', '8109'])

/** Every code of an answer that says that a customer or a coupon is unknown. */
export function unknownCodesOf(httpStatus: number, value: unknown): string[] {
  const found = verdictsOf(httpStatus, value).map(({ verdict }) => verdict)
  const response = fieldsOf(fieldsOf(value)?.['response'])
  const items = Object.values(response ?? {}).flatMap((one) =>
    Object.values(fieldsOf(one) ?? {}).flatMap((list) => listOf(list)),
  )
  for (const item of items) found.push(codeIn(fieldsOf(item)?.['item_status']) ?? '')
  return found.filter((code) => unknown.has(code))
}
