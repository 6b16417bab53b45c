import type { ReadAnswer } from './assess.ts'
import type { Asked } from './exchange.ts'
import { accepted, verdictsOf } from './verdict-rules.ts'

/** Whether a request may change something at the other service. */
export const isWrite = ({ kind, method }: Asked): boolean =>
  kind === 'redemption' || (kind === 'other' && method !== 'GET' && method !== 'HEAD')

/** Whether nothing was changed: the request failed, or every coupon of it was refused. */
export function isRefusal({ kind }: Asked, { status, value }: ReadAnswer): boolean {
  if (kind !== 'redemption') return status >= 400
  return verdictsOf(status, value).every(({ verdict }) => verdict !== accepted)
}
