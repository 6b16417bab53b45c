import type { Coupon } from '../../api/types.ts'
import { State } from '../../parts/states.tsx'
import { isPassing, longRefusal, shortRefusal } from '../../parts/words.ts'

/** A coupon for one use that nobody has used, and that is taken all the same: a checkout holds it. */
export const isHeld = ({ redemptionStatus, redemptionCount }: Coupon): boolean =>
  redemptionStatus?.code === 711 && redemptionCount === 0

export const heldWords = 'A checkout holds the coupon until it is paid. It works again when the hold ends.'

/** Codes of the ends of a coupon and its series: of a coupon that is used up, its use is what ended it. */
const ends: ReadonlySet<number> = new Set([712, 713])

/** All uses are taken, whatever ended since. */
export const isUsedUp = ({ redemptionStatus, redemptionCount, redemptionsLeft }: Coupon): boolean =>
  redemptionStatus !== undefined &&
  ends.has(redemptionStatus.code) &&
  redemptionCount > 0 &&
  redemptionsLeft === 0

export const usedUpWords = 'All its uses are taken. It has ended since, too.'

/** Whether a coupon works now, and if not, why: the judge's verdict in words. */
export function CouponState({ coupon }: { coupon: Coupon }) {
  const verdict = coupon.redemptionStatus
  if (verdict === undefined) return null
  if (verdict.status) return <State tone="good">Works now</State>
  if (isHeld(coupon))
    return (
      <State tone="warn" title={heldWords}>
        Held
      </State>
    )
  if (isUsedUp(coupon))
    return (
      <State tone="quiet" title={usedUpWords}>
        Used
      </State>
    )
  return (
    <State
      tone={isPassing(verdict.code) ? 'warn' : 'quiet'}
      title={longRefusal(verdict.code, verdict.message)}
    >
      {shortRefusal(verdict.code, verdict.message)}
    </State>
  )
}

/** "1 use · 2 left" */
export function usesOf({ redemptionCount, redemptionsLeft }: Coupon): string {
  const left =
    redemptionsLeft === -1 ? 'no limit' : redemptionsLeft === 0 ? 'none left' : `${redemptionsLeft} left`
  return `${redemptionCount === 0 ? 'Unused' : redemptionCount === 1 ? '1 use' : `${redemptionCount} uses`} · ${left}`
}

export const isRevoked = ({ redemptionStatus }: Coupon): boolean => redemptionStatus?.code === 660

/** Works now, or could at another place, time or bill. Redeeming is not offered for used-up or expired coupons. */
export const mayWork = ({ redemptionStatus: verdict }: Coupon): boolean =>
  verdict === undefined || verdict.status || isPassing(verdict.code)
