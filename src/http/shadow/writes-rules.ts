import type { ReadAnswer } from './assess.ts'
import type { Asked } from './exchange.ts'
import { accepted, unreadable, verdictsOf } from './verdict-rules.ts'

/** Whether a request may make a change at the other service. */
export const isWrite = ({ kind, method }: Asked): boolean =>
  kind === 'judged' || (kind === 'other' && method !== 'GET' && method !== 'HEAD')

/** Whether nothing was changed: the request failed, or every coupon of it was refused. */
export function isRefusal({ kind }: Asked, { status, value }: ReadAnswer): boolean {
  if (kind !== 'judged') return status >= 400
  const isUnclear = (verdict: string): boolean => status < 400 && verdict === unreadable(status)
  return verdictsOf(status, value).every(({ verdict }) => verdict !== accepted && !isUnclear(verdict))
}
