import { ActionIcon, Anchor, Menu, Skeleton, UnstyledButton } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, Ellipsis } from 'lucide-react'
import { useRef, useState } from 'react'
import { Link } from 'wouter'
import { historyQuery, pageSize, type HistoryFilter } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Coupon } from '../../api/types.ts'
import { plural, useFormats } from '../../parts/format.ts'
import { Empty, Failed, Loading } from '../../parts/states.tsx'
import type { CareActions } from './care-actions.tsx'
import { CouponState, isRevoked, usesOf } from './coupon-state.tsx'

const rowPx = 54

interface CouponTableProps {
  readonly customerId: number
  readonly filter: HistoryFilter
  readonly onOrder: () => void
  readonly onOpen: (coupon: Coupon) => void
  readonly actions: CareActions
}

/** Pages are fetched where somebody looks: ten thousand coupons cost as much as a hundred. */
export function CouponTable({ customerId, filter, onOrder, onOpen, actions }: CouponTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState<readonly number[]>([0])
  const wanted = [...new Set([0, ...shown])]
  const answers = useQueries({ queries: wanted.map((page) => historyQuery(customerId, filter, page)) })
  const pages = new Map(wanted.map((page, at) => [page, answers[at]]))
  const [first] = answers
  const total = first?.data?.entity.pagination.total ?? 0
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
    onChange: ({ range }) => {
      if (range === null) return
      const [from, to] = [Math.floor(range.startIndex / pageSize), Math.floor(range.endIndex / pageSize)]
      const next = from === to ? [from] : [from, to]
      setShown((before) => (before.join() === next.join() ? before : next))
    },
  })
  if (first === undefined || first.isPending) return <Loading rows={8} />
  if (first.isError) return <Failed error={first.error} retry={() => void first.refetch()} />
  if (total === 0) {
    return filter.status ? (
      <Empty title="None of these">The customer has no coupon that fits the filter.</Empty>
    ) : (
      <Empty title="No coupons yet">What is issued to the customer appears here at once.</Empty>
    )
  }
  const Arrow = filter.order === 'DESC' ? ArrowDown : ArrowUp
  const failed = answers.find(({ isError, data }) => isError && data === undefined)
  return (
    <>
      <div
        className="grid"
        ref={scroller}
        role="table"
        aria-label="Coupons"
        aria-rowcount={total + 1}
        tabIndex={0}
      >
        <div className="grid-row grid-head" role="row" aria-rowindex={1}>
          <span role="columnheader">Code</span>
          <span role="columnheader">Coupon</span>
          <span role="columnheader">State</span>
          <span role="columnheader">Valid until</span>
          <span role="columnheader" className="wide">
            Uses
          </span>
          <span
            role="columnheader"
            className="wide"
            aria-sort={filter.order === 'DESC' ? 'descending' : 'ascending'}
          >
            <UnstyledButton className="sort" onClick={onOrder}>
              Issued <Arrow size={12} aria-hidden />
            </UnstyledButton>
          </span>
          <span role="columnheader" aria-label="Actions" />
        </div>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="rowgroup">
          {rows.getVirtualItems().map(({ index, start }) => {
            const page = Math.floor(index / pageSize)
            const coupon = pages.get(page)?.data?.entity.customers[0]?.coupons[index % pageSize]
            return (
              <div
                key={index}
                className="grid-row grid-body-row"
                role="row"
                aria-rowindex={index + 2}
                style={{ height: rowPx, transform: `translateY(${start}px)` }}
              >
                {coupon ? (
                  <CouponCells coupon={coupon} customerId={customerId} onOpen={onOpen} actions={actions} />
                ) : (
                  <span role="cell">
                    <Skeleton height={12} width="60%" />
                  </span>
                )}
              </div>
            )
          })}
        </div>
      </div>
      <div className="grid-foot">
        {failed ? (
          <span role="alert">
            Some rows did not arrive.{' '}
            <Anchor component="button" size="xs" onClick={() => void failed.refetch()}>
              Try again
            </Anchor>
          </span>
        ) : (
          plural(total, 'coupon')
        )}
      </div>
    </>
  )
}

interface CellsProps {
  readonly coupon: Coupon
  readonly customerId: number
  readonly onOpen: (coupon: Coupon) => void
  readonly actions: CareActions
}

function CouponCells({ coupon, customerId, onOpen, actions }: CellsProps) {
  const formats = useFormats()
  const expiry = formats.expiry(coupon.validTillDateTime)
  const last = coupon.redemptions.at(-1)
  return (
    <>
      <span role="cell" className="grid-open">
        <Anchor component="button" type="button" className="code" onClick={() => onOpen(coupon)}>
          {coupon.code}
        </Anchor>
      </span>
      <span role="cell" title={coupon.description}>
        {coupon.description}
        <div className="second">{formats.discount(coupon)}</div>
      </span>
      <span role="cell">
        <CouponState coupon={coupon} />
      </span>
      <span role="cell" className="numbers">
        {expiry.isPast ? 'Ended ' : 'Ends '}
        {expiry.words}
        <div className="second">{expiry.exact}</div>
      </span>
      <span role="cell" className="wide numbers">
        {usesOf(coupon)}
        {last && <div className="second">{last.redeemedAt?.name ?? formats.day(last.date)}</div>}
      </span>
      <span role="cell" className="wide numbers">
        {formats.day(coupon.createdDate)}
        <div className="second">{coupon.issuedAt?.name}</div>
      </span>
      <span role="cell" className="tools">
        <CouponMenu coupon={coupon} customerId={customerId} onOpen={onOpen} actions={actions} />
      </span>
    </>
  )
}

function CouponMenu({ coupon, customerId, onOpen, actions }: CellsProps) {
  const may = useMay()('coupon', 'write')
  const why = `/check?code=${encodeURIComponent(coupon.code)}&customer=${customerId}`
  return (
    <Menu position="bottom-end" width={190} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${coupon.code}`}>
          <Ellipsis size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onOpen(coupon)}>Details</Menu.Item>
        <Menu.Item component={Link} href={why}>
          {coupon.redemptionStatus?.status ? 'Check rules' : 'Why not?'}
        </Menu.Item>
        {may && !isRevoked(coupon) && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => actions.open({ kind: 'redeem', coupon })}>Redeem…</Menu.Item>
            <Menu.Item onClick={() => actions.open({ kind: 'extend', coupon })}>Extend…</Menu.Item>
            <Menu.Item onClick={() => actions.open({ kind: 'tell', coupon })}>Give the code again…</Menu.Item>
            {coupon.redemptionCount === 0 && (
              <Menu.Item color="red" onClick={() => actions.open({ kind: 'revoke', coupon })}>
                Revoke…
              </Menu.Item>
            )}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
