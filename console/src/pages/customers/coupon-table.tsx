import { Anchor, Menu, Skeleton, UnstyledButton } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, Ellipsis } from 'lucide-react'
import { memo, useRef, useState, type KeyboardEvent } from 'react'
import { Link } from 'wouter'
import { historyQuery, pageSize, type HistoryFilter } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Coupon } from '../../api/types.ts'
import { plural, useFormats, type Formats } from '../../parts/format.ts'
import { Empty, Failed, isStale, Loading } from '../../parts/states.tsx'
import type { CareActions } from './care-actions.tsx'
import { CouponState, isRevoked, mayWork, usesOf } from './coupon-state.tsx'

const rowPx = 54
const headPx = 38
/** Number of rows fetched in advance. */
const ahead = 40

interface CouponTableProps {
  readonly customerId: number
  readonly filter: HistoryFilter
  readonly onOrder: () => void
  readonly onOpen: (coupon: Coupon) => void
  readonly actions: CareActions
}

/** Fetches only the visible pages: ten thousand coupons cost as much as a hundred. */
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
    scrollPaddingEnd: headPx,
    onChange: ({ range }) => {
      if (range === null) return
      const from = Math.floor(Math.max(range.startIndex - ahead, 0) / pageSize)
      const to = Math.floor(Math.min(range.endIndex + ahead, Math.max(total - 1, 0)) / pageSize)
      const next = from === to ? [from] : [from, to]
      setShown((before) => (before.join() === next.join() ? before : next))
    },
  })
  if (first === undefined || first.isPending) return <Loading rows={8} />
  if (first.isError && !isStale(first))
    return <Failed error={first.error} retry={() => void first.refetch()} />
  if (total === 0) {
    return filter.status || filter.bill || filter.code ? (
      <Empty title="None of these">The customer has no coupon that fits the filter.</Empty>
    ) : (
      <Empty title="No coupons yet">What is issued to the customer appears here at once.</Empty>
    )
  }
  /** Moves from a coupon to the one above or below. */
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const row = (event.target as Element).closest<HTMLElement>('[data-index]')
    if (step === 0 || row === null) return
    event.preventDefault()
    const next = Math.min(Math.max(Number(row.dataset['index']) + step, 0), total - 1)
    rows.scrollToIndex(next)
    row.parentElement
      ?.querySelector<HTMLElement>(`[data-index="${next}"] button`)
      ?.focus({ preventScroll: true })
  }
  const Arrow = filter.order === 'DESC' ? ArrowDown : ArrowUp
  const failed = answers.find(({ isError }) => isError)
  return (
    <>
      {/* The keys are pressed on the buttons of its rows. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="grid"
        ref={scroller}
        role="table"
        aria-label="Coupons"
        aria-rowcount={total + 1}
        tabIndex={0}
        onKeyDown={move}
      >
        <div className="grid-row grid-head" role="row" aria-rowindex={1}>
          <span role="columnheader">Code</span>
          <span role="columnheader">Coupon</span>
          <span role="columnheader">State</span>
          <span role="columnheader">Valid until</span>
          <span role="columnheader">Uses</span>
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
                data-index={index}
                className="grid-row grid-body-row"
                role="row"
                aria-rowindex={index + 2}
                style={{ height: rowPx, transform: `translateY(${start}px)` }}
              >
                {coupon ? (
                  <CouponCells coupon={coupon} customerId={customerId} onOpen={onOpen} act={actions.open} />
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
            {isStale(failed)
              ? 'The server does not answer; this is what it said before.'
              : 'Some rows did not arrive.'}{' '}
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
  readonly act: CareActions['open']
}

const CouponCells = memo(({ coupon, customerId, onOpen, act }: CellsProps) => {
  const formats = useFormats()
  const expiry = formats.expiry(coupon.validTillDateTime)
  const used = lastUse(coupon, formats)
  return (
    <>
      <span role="cell" className="grid-open">
        <button type="button" className="code as-link" onClick={() => onOpen(coupon)}>
          {coupon.code}
        </button>
      </span>
      <span role="cell" title={coupon.description}>
        {coupon.description}
        <div className="second">{formats.discount(coupon)}</div>
      </span>
      <span role="cell">
        <CouponState coupon={coupon} />
      </span>
      <span role="cell" className="numbers">
        <span className={expiry.isSoon ? 'soon' : undefined}>
          {expiry.isPast ? 'Ended ' : 'Ends '}
          {expiry.words}
        </span>
        <div className="second">{expiry.exact}</div>
      </span>
      <span role="cell" className="numbers" title={used}>
        {usesOf(coupon)}
        {used && <div className="second">{used}</div>}
      </span>
      <span role="cell" className="wide numbers">
        {formats.day(coupon.createdDate)}
        <div className="second">{coupon.issuedAt?.name}</div>
      </span>
      <span role="cell" className="tools">
        <CouponMenu coupon={coupon} customerId={customerId} onOpen={onOpen} act={act} />
      </span>
    </>
  )
})

/** Place and bill of the last use, or that it was reversed. */
function lastUse({ redemptions, reversedRedemptions }: Coupon, formats: Formats): string | undefined {
  const last = redemptions.at(-1)
  if (last) {
    const { redeemedAt, date, transactionNumber: bill } = last
    return [redeemedAt?.name ?? formats.day(date), bill && `bill ${bill}`].filter(Boolean).join(' · ')
  }
  const reversed = reversedRedemptions.at(-1)
  return reversed && `Reversed ${formats.day(reversed.reversedOn)}`
}

/** The menu is created on demand: the cost of a row determines the cost of scrolling. */
function CouponMenu(props: CellsProps) {
  const [isMade, setIsMade] = useState(false)
  if (isMade) return <OpenedMenu {...props} />
  return (
    <button
      type="button"
      className="row-menu"
      aria-label={`Actions for ${props.coupon.code}`}
      aria-haspopup="menu"
      onClick={() => setIsMade(true)}
    >
      <Ellipsis size={16} />
    </button>
  )
}

function OpenedMenu({ coupon, customerId, onOpen, act }: CellsProps) {
  const may = useMay()('coupon', 'write')
  const why = `/check?code=${encodeURIComponent(coupon.code)}&customer=${customerId}`
  return (
    <Menu position="bottom-end" width={190} withinPortal defaultOpened>
      <Menu.Target>
        <button type="button" className="row-menu" aria-label={`Actions for ${coupon.code}`}>
          <Ellipsis size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onOpen(coupon)}>Details</Menu.Item>
        <Menu.Item component={Link} href={why}>
          {coupon.redemptionStatus?.status ? 'Check rules' : 'Why not?'}
        </Menu.Item>
        {may && !isRevoked(coupon) && (
          <>
            <Menu.Divider />
            {mayWork(coupon) && (
              <Menu.Item onClick={() => act({ kind: 'redeem', coupon })}>Redeem…</Menu.Item>
            )}
            <Menu.Item onClick={() => act({ kind: 'extend', coupon })}>Extend…</Menu.Item>
            <Menu.Item onClick={() => act({ kind: 'tell', coupon })}>Resend code…</Menu.Item>
            {coupon.redemptionCount === 0 && (
              <Menu.Item color="red" onClick={() => act({ kind: 'revoke', coupon })}>
                Revoke…
              </Menu.Item>
            )}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
