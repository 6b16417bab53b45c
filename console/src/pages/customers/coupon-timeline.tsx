import { Anchor } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Clock, Plus, ShoppingBag, Undo2, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { pageSize, timelineQuery, type HistoryFilter } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Coupon } from '../../api/types.ts'
import { count, useFormats } from '../../parts/format.ts'
import { Empty, Failed, isStale, Loading } from '../../parts/states.tsx'
import type { ActedOnRedemption, CareActions } from './care-actions.tsx'
import { endOf, moneyWords } from './redemption-money.ts'
import { actedOn, RedemptionTools } from './redemptions.tsx'

type Kind = 'issued' | 'redeemed' | 'reversed' | 'expired'

interface Happening {
  readonly key: string
  readonly kind: Kind
  readonly at: string
  readonly coupon: Coupon
  readonly where: string | undefined
  readonly bill: string | undefined
  /** If it is a redemption. */
  readonly redemption?: ActedOnRedemption
  /** If it is not that of its kind. */
  readonly verb?: string
}

const icons: Record<Kind, LucideIcon> = {
  issued: Plus,
  redeemed: ShoppingBag,
  reversed: Undo2,
  expired: Clock,
}
const verbs: Record<Kind, string> = {
  issued: 'Issued',
  redeemed: 'Redeemed',
  reversed: 'Redemption reversed',
  expired: 'Expired',
}

const endVerbs: Readonly<Record<ReturnType<typeof endOf>, string>> = {
  Reversed: verbs.reversed,
  'All returned': 'Discount returned',
  'Use given back': 'Use given back',
}

function happeningsOf(coupon: Coupon): Happening[] {
  const of = (kind: Kind, id: number, at: string, where?: string, bill?: string): Happening => ({
    key: `${kind} ${id}`,
    kind,
    at,
    coupon,
    where,
    bill: bill === '' || bill === '0' ? undefined : bill,
  })
  return [
    of('issued', coupon.id, coupon.createdDate, coupon.issuedAt?.name, coupon.transactionNumber),
    ...coupon.redemptions.map((one) => ({
      ...of('redeemed', one.id, one.date, one.redeemedAt?.name, one.transactionNumber),
      redemption: actedOn(one),
    })),
    ...coupon.reversedRedemptions.flatMap((one) => [
      {
        ...of('redeemed', one.id, one.date, one.redeemedAt?.name, one.transactionNumber),
        redemption: actedOn(one),
      },
      {
        ...of('reversed', one.id, one.reversedOn, one.redeemedAt?.name, one.transactionNumber),
        verb: endVerbs[endOf(one)],
      },
    ]),
    ...(Date.parse(coupon.validTillDateTime) < Date.now() && coupon.redemptionCount === 0
      ? [of('expired', coupon.id, coupon.validTillDateTime)]
      : []),
  ]
}

interface TimelineProps {
  readonly customerId: number
  readonly filter: Omit<HistoryFilter, 'order'>
  readonly onOpen: (coupon: Coupon) => void
  readonly actions: CareActions
}

/** Events, latest first. */
export function CouponTimeline({ customerId, filter, onOpen, actions }: TimelineProps) {
  const formats = useFormats()
  const may = useMay()('coupon', 'write')
  const history = useInfiniteQuery(timelineQuery(customerId, filter))
  if (history.isError && !isStale(history))
    return <Failed error={history.error} retry={() => void history.refetch()} />
  if (history.data === undefined) return <Loading rows={8} />
  const coupons = history.data.pages.flatMap(({ entity }) => entity.customers[0]?.coupons ?? [])
  const total = history.data.pages[0]?.entity.pagination.total ?? 0
  if (total === 0) {
    return filter.status || filter.bill || filter.code ? (
      <Empty title="None of these">The customer has no coupon that fits the filter.</Empty>
    ) : (
      <Empty title="Nothing happened yet">Issues and redemptions appear here at once.</Empty>
    )
  }
  const happenings = coupons.flatMap(happeningsOf).sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  return (
    <>
      <ol className="timeline">
        {happenings.map((one) => {
          const { key, kind, at, coupon, redemption } = one
          const gave = moneyWords(redemption?.money, formats)
          const Icon = icons[kind]
          return (
            <li key={key} data-kind={kind}>
              <time dateTime={at} className="second">
                {formats.time(at)}
              </time>
              <span className="mark">
                <Icon size={11} aria-hidden />
              </span>
              <div>
                {one.verb ?? verbs[kind]}{' '}
                <Anchor component="button" type="button" className="code" onClick={() => onOpen(coupon)}>
                  {coupon.code}
                </Anchor>{' '}
                {placeWords(one)}
                <div className="second">
                  {coupon.description} · {formats.discount(coupon)}
                  {gave && ` · ${gave}`}
                </div>
              </div>
              {may && redemption !== undefined && (
                <RedemptionTools coupon={coupon} redemption={redemption} actions={actions} />
              )}
            </li>
          )
        })}
      </ol>
      <div className="grid-foot">
        {history.hasNextPage ? (
          <>
            Of the latest {count(coupons.length)} of {count(total)} coupons.{' '}
            <Anchor
              component="button"
              size="xs"
              disabled={history.isFetchingNextPage}
              onClick={() => void history.fetchNextPage()}
            >
              Show the next {pageSize}
            </Anchor>
          </>
        ) : (
          `All ${count(total)} coupons`
        )}
      </div>
    </>
  )
}

function placeWords({ where, bill }: Happening): ReactNode {
  return (
    <>
      {where && `at ${where}`}
      {bill && `, bill ${bill}`}
    </>
  )
}
