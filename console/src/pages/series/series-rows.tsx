import { UnstyledButton } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useRef } from 'react'
import { Link } from 'wouter'
import { daysOfSeriesQuery } from '../../api/series-queries.ts'
import type { DaysOfSeries, Series } from '../../api/types.ts'
import { count, plural, useFormats } from '../../parts/format.ts'
import { Sparkline } from '../../parts/sparkline.tsx'
import { moveFocus } from './move-focus.ts'
import type { Sort, SortName } from './series-list-rules.ts'
import { rateOf, SeriesState } from './series-terms.tsx'

const rowPx = 54
/** Number of series whose days are read together. */
const daysPage = 50

interface SeriesRowsProps {
  readonly series: readonly Series[]
  /** Including series that the filter omits. */
  readonly total: number
  readonly sort: Sort | null
  readonly onSort: (name: SortName) => void
}

const columns: readonly (readonly [label: string, name: SortName | null, className?: string])[] = [
  ['Series', 'name'],
  ['Discount', null],
  ['State', null],
  ['Issued', 'issued', 'right'],
  ['Redeemed', 'redeemed', 'right'],
  ['Last 14 days', null, 'wide'],
  ['Rate', 'rate', 'right wide'],
  ['Ends', 'ends', 'wide'],
]

/** Rows of equal height, rendered only when visible. */
export function SeriesRows({ series, total, sort, onSort }: SeriesRowsProps) {
  const formats = useFormats()
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: series.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  })
  const days = useDays(
    series,
    rows.getVirtualItems().map(({ index }) => index),
  )
  return (
    <>
      <div
        className="grid grid-series"
        ref={scroller}
        role="table"
        aria-label="Series"
        aria-rowcount={series.length + 1}
        tabIndex={0}
      >
        <div className="grid-row grid-head" role="row" aria-rowindex={1}>
          {columns.map(([label, name, className]) => (
            <span
              key={label}
              role="columnheader"
              className={className}
              aria-sort={
                name === null || sort?.name !== name
                  ? undefined
                  : sort.isDescending
                    ? 'descending'
                    : 'ascending'
              }
            >
              {name === null ? (
                label
              ) : (
                <UnstyledButton className="sort" onClick={() => onSort(name)}>
                  {label}
                  {sort?.name === name &&
                    (sort.isDescending ? (
                      <ArrowDown size={12} aria-hidden />
                    ) : (
                      <ArrowUp size={12} aria-hidden />
                    ))}
                </UnstyledButton>
              )}
            </span>
          ))}
        </div>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="rowgroup">
          {rows.getVirtualItems().map(({ index, start }) => {
            const one = series[index]
            if (one === undefined) return null
            return (
              <div
                key={one.id}
                className="grid-row grid-body-row"
                role="row"
                aria-rowindex={index + 2}
                style={{ height: rowPx, transform: `translateY(${start}px)` }}
              >
                <span role="cell" className="grid-open" title={one.description}>
                  <Link className="row-name" href={`/series/${one.id}`} onKeyDown={moveFocus}>
                    {one.description}
                  </Link>
                  <div className="second">{one.seriesCode}</div>
                </span>
                <span role="cell">{formats.discount(one)}</span>
                <span role="cell">
                  <SeriesState series={one} />
                </span>
                <Counted value={one.numIssued} limit={one.maxCreate} />
                <Counted value={one.numRedeemed} limit={one.maxRedeem} />
                <span role="cell" className="wide">
                  <Trend days={days.get(one.id)} />
                </span>
                <span role="cell" className="right wide numbers">
                  {rateOf(one)}
                </span>
                <span role="cell" className="wide numbers">
                  {formats.day(one.validTillDateTime)}
                  <div className="second">{formats.expiry(one.validTillDateTime).words}</div>
                </span>
              </div>
            )
          })}
        </div>
      </div>
      <div className="grid-foot">
        {series.length === total
          ? plural(total, 'series', 'series')
          : `${count(series.length)} of ${plural(total, 'series', 'series')}`}
      </div>
    </>
  )
}

/** The days of the visible series, by id; more are read as more become visible. */
function useDays(series: readonly Series[], shown: readonly number[]): ReadonlyMap<number, DaysOfSeries> {
  const pages = [...new Set(shown.map((index) => Math.floor(index / daysPage)))]
  return useQueries({
    queries: pages.map((page) => {
      const ids = series.slice(page * daysPage, (page + 1) * daysPage).map(({ id }) => id)
      return { ...daysOfSeriesQuery(ids), enabled: ids.length > 0 }
    }),
    combine: (results) => new Map(results.flatMap(({ data = [] }) => data.map((one) => [one.id, one]))),
  })
}

function Trend({ days }: { days: DaysOfSeries | undefined }) {
  return days && <Sparkline values={days.days.map(({ redeemed }) => redeemed)} of="redemption" />
}

function Counted({ value, limit }: { value: number; limit: number }) {
  return (
    <span role="cell" className="right numbers">
      {count(value)}
      {limit !== -1 && <div className="second">of {count(limit)}</div>}
    </span>
  )
}
