import type { ErrorDetail } from './errors.js'

type Body = Readonly<Record<string, unknown>>

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const at = (value: unknown, key: string): unknown => (isBody(value) ? value[key] : undefined)

/** The keys of an answer that reports only that the request failed. */
const failureKeys = new Set(['status', 'code', 'message', 'success', 'errors', 'warnings'])

const isFilled = (list: unknown): boolean => Array.isArray(list) && list.length > 0

/** The contract answers some refusals with 200, and a server setting can do the same to others. */
function tellsOnlyFailure(body: Body): boolean {
  if (!Object.keys(body).every((key) => failureKeys.has(key))) return false
  if (body['success'] === undefined && body['status'] === undefined) return isFilled(body['errors'])
  return body['success'] === false || body['status'] === false
}

/** An answer that reports the outcome of each coupon. The server may send it with 400 or 500 if none was accepted. */
function decidesOnCoupons(body: Body): boolean {
  const { redemption, response, coupons, entity } = body
  const items = isBody(response) ? Object.keys(response).some((key) => key !== 'status') : response
  return isFilled(redemption) || items === true || isFilled(items) || isFilled(coupons) || isBody(entity)
}

/** True if the method resolves with the answer; false if the answer is thrown. */
export function isAnswered(status: number, body: unknown): boolean {
  if (status >= 200 && status < 300) return !isBody(body) || !tellsOnlyFailure(body)
  return (status === 400 || status === 500) && isBody(body) && decidesOnCoupons(body)
}

/** The codes and texts in an answer of any family of calls. */
export function detailsOf(body: unknown): ErrorDetail[] {
  const candidates = [at(body, 'errors'), body, at(body, 'status'), at(at(body, 'response'), 'status')].flat()
  const details = candidates.flatMap((one) => {
    const code = Number(at(one, 'code') ?? Number.NaN)
    const message = at(one, 'message') ?? at(one, 'detail')
    return Number.isInteger(code) ? [{ code, message: typeof message === 'string' ? message : '' }] : []
  })
  return details.filter(({ code }, index) => details.findIndex((one) => one.code === code) === index)
}
