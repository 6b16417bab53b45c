import { useFormats } from '../../parts/format.ts'
import type { ActedOn, ActedOnRedemption } from './care-actions.tsx'
import { moneyWords } from './redemption-money.ts'

/** The coupon and the redemption that a dialog is about, to compare with what the customer says. */
export function RedemptionFacts({ coupon, redemption }: { coupon: ActedOn; redemption: ActedOnRedemption }) {
  const formats = useFormats()
  const gave = moneyWords(redemption.money, formats)
  return (
    <dl className="facts">
      <dt>Coupon</dt>
      <dd>
        <span className="code">{coupon.code}</span>
        <div className="second">
          {coupon.description} · {formats.discount(coupon)}
        </div>
      </dd>
      <dt>Redeemed</dt>
      <dd>
        {formats.time(redemption.at)}
        <div className="second">
          {redemption.store ?? 'Store unknown'} ·{' '}
          {redemption.bill === '' ? 'no bill number' : `bill ${redemption.bill}`}
          {gave && ` · ${gave}`}
        </div>
      </dd>
    </dl>
  )
}

/** Whether a coupon that has its use back works again. */
export function WorksAgain({ coupon: { validTillDateTime } }: { coupon: ActedOn }) {
  const formats = useFormats()
  const expiry = formats.expiry(validTillDateTime)
  return expiry.isPast ? (
    <b>The coupon ended {expiry.words}, so it does not work again unless it is extended.</b>
  ) : (
    <>
      The coupon ends on <b>{formats.day(validTillDateTime)}</b>.
    </>
  )
}
