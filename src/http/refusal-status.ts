import type { Caller } from '../values/caller.ts'
import type { Code } from '../values/errors.ts'

/**
 * Codes that refuse what is asked of a coupon. Every other code says that the request itself is at fault (a field is missing, a
 * list is too long), and no setting changes its status.
 */
const ofCoupons: ReadonlySet<Code> = new Set([
  108, 510, 633, 660, 682, 690, 691, 696, 701, 702, 703, 705, 707, 709, 710, 711, 712, 713, 716, 718, 728,
  729, 733, 735, 736, 738, 739, 742, 749, 780, 5001, 5002, 5004, 5005, 5006, 5007,
])

/** The status of an answer that refuses a coupon: the published one, or the one that the program that calls needs. */
export function refusalStatus(caller: Pick<Caller, 'settings'> | null, published: 200 | 400): 200 | 400 {
  const wanted = caller?.settings.v2RefusalStatus ?? 'published'
  return wanted === 'published' ? published : wanted === '200' ? 200 : 400
}

/** The same for one code, of which the setting may not apply. */
export const statusOfCode = (
  caller: Pick<Caller, 'settings'> | null,
  code: Code,
  published: 200 | 400,
): 200 | 400 => (ofCoupons.has(code) ? refusalStatus(caller, published) : published)
