import { Anchor, Skeleton, UnstyledButton } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useRef } from 'react'
import { Link } from 'wouter'
import { listPace, seriesPageSize, seriesSearchQuery, type SeriesFilter } from '../../api/queries.ts'
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
  readonly filter: SeriesFilter
  /** How many series fit it. */
  readonly total: number
  /** How many more fit it in other states. */
  readonly leftOut: number
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

/** Rows of equal height, read and rendered only when visible. */
export function SeriesRows({ filter, total, leftOut, sort, onSort }: SeriesRowsProps) {
  const formats = useFormats()
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  })
  const shown = rows.getVirtualItems().map(({ index }) => index)
  const { series, failed } = useSeries(filter, shown)
  const days = useDays(series, shown)
  return (
    <>
      <div
        className="grid grid-series"
        ref={scroller}
        role="table"
        aria-label="Series"
        aria-rowcount={total + 1}
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
            const one = series.get(index)
            if (one === undefined)
              return (
                <div
                  key={`row ${index}`}
                  className="grid-row grid-body-row"
                  role="row"
                  aria-rowindex={index + 2}
                  style={{ height: rowPx, transform: `translateY(${start}px)` }}
                >
                  <span role="cell">
                    <Skeleton height={12} width="60%" />
                  </span>
                </div>
              )
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
        {failed ? (
          <span role="alert">
            Some rows did not arrive.{' '}
            <Anchor component="button" size="xs" onClick={failed.retry}>
              Try again
            </Anchor>
          </span>
        ) : (
          <>
            {plural(total, 'series', 'series')}
            {leftOut > 0 && `; ${count(leftOut)} in other states left out`}
          </>
        )}
      </div>
    </>
  )
}

/** The series of the visible rows, by index; more pages are read as more rows become visible. */
function useSeries(
  filter: SeriesFilter,
  shown: readonly number[],
): { series: ReadonlyMap<number, Series>; failed: { retry: () => void } | undefined } {
  const pages = [...new Set(shown.map((index) => Math.floor(index / seriesPageSize)))]
  return useQueries({
    queries: pages.map((page) => ({
      ...seriesSearchQuery(filter, page),
      refetchInterval: listPace.refetchInterval,
    })),
    combine: (results) => {
      const failed = results.find(({ isError, data }) => isError && data === undefined)
      return {
        series: new Map(
          results.flatMap(({ data }, at) =>
            (data?.series ?? []).map((one, n) => [(pages[at] ?? 0) * seriesPageSize + n, one] as const),
          ),
        ),
        failed: failed && { retry: () => void failed.refetch() },
      }
    },
  })
}

/** The days of the visible series, by id; more are read as more become visible. */
function useDays(
  series: ReadonlyMap<number, Series>,
  shown: readonly number[],
): ReadonlyMap<number, DaysOfSeries> {
  const pages = [...new Set(shown.map((index) => Math.floor(index / daysPage)))]
  return useQueries({
    queries: pages.map((page) => {
      const ids = Array.from({ length: daysPage }, (_, n) => series.get(page * daysPage + n)?.id).filter(
        (id) => id !== undefined,
      )
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
