import { Button } from '@mantine/core'
import type { Coupon } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import type { ActedOnRedemption, CareActions } from './care-actions.tsx'

interface RedemptionsProps {
  readonly coupon: Coupon
  readonly actions: CareActions
  readonly mayChange: boolean
}

/** Places, times and bills of a coupon's uses, and which of them were reversed. */
export function Redemptions({ coupon, actions, mayChange }: RedemptionsProps) {
  const formats = useFormats()
  const { redemptions, reversedRedemptions } = coupon
  const gave = (amount: string | null | undefined, returned: string | undefined): string => {
    if (typeof amount !== 'string') return ''
    const back = returned === undefined ? '' : `, ${formats.money(Number(returned))} returned`
    return ` · gave ${formats.money(Number(amount))}${back}`
  }
  if (redemptions.length + reversedRedemptions.length === 0) return null
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Redemptions</h2>
      </div>
      <ul className="plain-list">
        {redemptions
          .toReversed()
          .map(({ id, date, redeemedAt, transactionNumber, discountAmount, discountReturned }) => (
            <li key={id}>
              <div>
                {formats.time(date)}
                <div className="second">
                  {redeemedAt?.name ?? 'Store unknown'}
                  {transactionNumber !== '' && ` · bill ${transactionNumber}`}
                  {gave(discountAmount, discountReturned)}
                </div>
              </div>
              {mayChange && (
                <ReverseButton
                  coupon={coupon}
                  redemption={{ id, at: date, store: redeemedAt?.name, bill: transactionNumber }}
                  actions={actions}
                />
              )}
            </li>
          ))}
        {reversedRedemptions
          .toReversed()
          .map(
            ({ id, date, reversedOn, redeemedAt, transactionNumber, discountAmount, discountReturned }) => (
              <li key={id}>
                <div className="gone">
                  <s>{formats.time(date)}</s>
                  <div className="second">
                    {redeemedAt?.name ?? 'Store unknown'}
                    {transactionNumber && ` · bill ${transactionNumber}`}
                    {gave(discountAmount, discountReturned)}
                  </div>
                  <div className="second">Reversed {formats.time(reversedOn)}</div>
                </div>
              </li>
            ),
          )}
      </ul>
    </section>
  )
}

interface ReverseButtonProps {
  readonly coupon: Coupon
  readonly redemption: ActedOnRedemption
  readonly actions: CareActions
}

export function ReverseButton({ coupon, redemption, actions }: ReverseButtonProps) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      onClick={() => actions.open({ kind: 'reverse', coupon, redemption })}
    >
      Reverse…
    </Button>
  )
}
