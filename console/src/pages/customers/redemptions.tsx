import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Coupon } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import type { ActedOnRedemption, CareActions } from './care-actions.tsx'
import { endOf, moneyOf, moneyWords } from './redemption-money.ts'

interface RedemptionsProps {
  readonly coupon: Coupon
  readonly actions: CareActions
  readonly mayChange: boolean
}

/** Places, times, bills and discounts of a coupon's uses, and what of them was taken back. */
export function Redemptions({ coupon, actions, mayChange }: RedemptionsProps) {
  const formats = useFormats()
  const { redemptions, reversedRedemptions } = coupon
  if (redemptions.length + reversedRedemptions.length === 0) return null
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Redemptions</h2>
      </div>
      <ul className="plain-list">
        {redemptions.toReversed().map((one) => {
          const redemption = actedOn(one)
          return (
            <Row
              key={one.id}
              redemption={redemption}
              tools={
                mayChange && <RedemptionTools coupon={coupon} redemption={redemption} actions={actions} />
              }
            />
          )
        })}
        {reversedRedemptions.toReversed().map((one) => {
          const redemption = actedOn(one)
          return (
            <Row
              key={one.id}
              redemption={redemption}
              end={`${endOf(one)} ${formats.time(one.reversedOn)}`}
              tools={
                mayChange && <RedemptionTools coupon={coupon} redemption={redemption} actions={actions} />
              }
            />
          )
        })}
      </ul>
    </section>
  )
}

/** A redemption of a coupon's history, as actions need it. */
export const actedOn = (
  one: Coupon['redemptions'][number] | Coupon['reversedRedemptions'][number],
): ActedOnRedemption => ({
  id: one.id,
  at: one.date,
  store: one.redeemedAt?.name,
  bill: one.transactionNumber ?? '',
  money: moneyOf(one),
  isReversed: 'reversedOn' in one,
})

interface RowProps {
  readonly redemption: ActedOnRedemption
  /** When and how the use went back. */
  readonly end?: string
  readonly tools: ReactNode
}

function Row({ redemption: { at, store, bill, money }, end, tools }: RowProps) {
  const formats = useFormats()
  const gave = moneyWords(money, formats)
  const time = formats.time(at)
  return (
    <li>
      <div className={end && 'gone'}>
        {end ? <s>{time}</s> : time}
        <div className="second">
          {store ?? 'Store unknown'}
          {bill !== '' && ` · bill ${bill}`}
          {gave && ` · ${gave}`}
        </div>
        {end && <div className="second">{end}</div>}
      </div>
      {tools}
    </li>
  )
}

interface RedemptionToolsProps {
  readonly coupon: Coupon
  readonly redemption: ActedOnRedemption
  readonly actions: CareActions
}

/** What can still be taken back of a redemption: a part of its discount, or all of it. */
export function RedemptionTools({ coupon, redemption, actions }: RedemptionToolsProps) {
  const { isReversed } = redemption
  const isReturnable = redemption.money !== undefined && redemption.money.kept > 0
  if (isReversed && !isReturnable) return null
  const button = (kind: 'return' | 'reverse', name: string) => (
    <Button size="compact-sm" variant="default" onClick={() => actions.open({ kind, coupon, redemption })}>
      {name}…
    </Button>
  )
  return (
    <div className="row-tools">
      {isReturnable && button('return', 'Return')}
      {!isReversed && button('reverse', 'Reverse')}
    </div>
  )
}
