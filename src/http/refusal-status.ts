import type { Caller } from '../values/caller.ts'
import type { Code } from '../values/errors.ts'

/**
 * Codes that refuse an operation on a coupon. All other codes report a fault of the request itself (a missing field, a
 * list that is too long), and no setting changes their status.
 */
const ofCoupons: ReadonlySet<Code> = new Set([
  108, 510, 633, 660, 682, 690, 691, 696, 701, 702, 703, 705, 707, 709, 710, 711, 712, 713, 716, 718, 728,
  729, 733, 735, 736, 738, 739, 742, 749, 780, 5001, 5002, 5004, 5005, 5006, 5007,
])

/** The status of an answer that refuses a coupon: the published one, or that of the client setting. */
export function refusalStatus(caller: Pick<Caller, 'settings'> | null, published: 200 | 400): 200 | 400 {
  const wanted = caller?.settings.v2RefusalStatus ?? 'published'
  return wanted === 'published' ? published : wanted === '200' ? 200 : 400
}

/** The same for a code, to which the setting may not apply. */
export const statusOfCode = (
  caller: Pick<Caller, 'settings'> | null,
  code: Code,
  published: 200 | 400,
): 200 | 400 => (ofCoupons.has(code) ? refusalStatus(caller, published) : published)
