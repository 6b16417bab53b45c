import { flagOf, parametersOf } from '../query-parameters.ts'
import type { Asked } from './exchange.ts'

/** Parameters that name the customer or select the form of the answer, without leaving out coupons. */
const harmless = new Set([
  'mobile',
  'email',
  'external_id',
  'externalid',
  'id',
  'limit',
  'offset',
  'sort_order',
  'coupon_code_case',
  'include',
  'format',
])

type Call = Pick<Asked, 'call' | 'url'>

/** Whether an answer can be imported. Ascending order would reverse coupons of the same second. */
export const isHistory = ({ call, url }: Call): boolean =>
  call === 'GET /v2/customers/coupons' &&
  !parametersOf(url).some(([name, value]) => name.toLowerCase() === 'sort_order' && /^asc$/i.test(value))

/** Whether the request was for all coupons of the customer. */
export const isWholeHistory = ({ url }: Call): boolean =>
  parametersOf(url).every(
    ([name, value]) =>
      harmless.has(name.toLowerCase()) ||
      (name.toLowerCase() === 'include_reversed_redemptions' && flagOf(value) === true),
  )
