import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Plus } from 'lucide-react'
import { useRef } from 'react'
import { Link, useSearchParams } from 'wouter'
import { seriesListQuery } from '../../api/queries.ts'
import { daysOfSeriesQuery } from '../../api/series-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { DaysOfSeries, Series } from '../../api/types.ts'
import { count, plural, useFormats } from '../../parts/format.ts'
import { Sparkline } from '../../parts/sparkline.tsx'
import { Empty, Failed, Loading, PageHead } from '../../parts/states.tsx'
import { rateOf, SeriesState } from './series-terms.tsx'

const rowPx = 54
const refreshMs = 10_000
/** Series whose days are read together. */
const daysPage = 50

function fits(
  { description, seriesCode, discountCode, validTillDateTime }: Series,
  text: string,
  show: string,
): boolean {
  const isOver = Date.parse(validTillDateTime) < Date.now()
  if ((show === 'running' && isOver) || (show === 'ended' && !isOver)) return false
  return `${description}\n${seriesCode}\n${discountCode}`.toLowerCase().includes(text.trim().toLowerCase())
}

/** Every series with its counters, the latest first; they are read again while somebody looks. */
export default function SeriesList() {
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const [text, show] = [search.get('q') ?? '', search.get('show') ?? '']
  const set = (name: string, value: string): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const list = useQuery({ ...seriesListQuery, refetchInterval: refreshMs })
  const shown = (list.data ?? []).filter((one) => fits(one, text, show)).sort((a, b) => b.id - a.id)
  return (
    <div className="page">
      <PageHead
        title="Series"
        lead="The terms under which coupons are issued and redeemed."
        aside={
          may('campaign', 'write') && (
            <Button component={Link} href="/series/new" leftSection={<Plus size={15} />}>
              New series
            </Button>
          )
        }
      />
      <section className="panel">
        <div className="panel-head">
          <TextInput
            size="xs"
            w={280}
            type="search"
            aria-label="Filter series"
            placeholder="Description, series code or discount code"
            value={text}
            onChange={({ currentTarget }) => set('q', currentTarget.value)}
          />
          <SegmentedControl
            size="xs"
            aria-label="Which series"
            value={show}
            onChange={(value) => set('show', value)}
            data={[
              { value: '', label: 'All' },
              { value: 'running', label: 'Running' },
              { value: 'ended', label: 'Ended' },
            ]}
          />
        </div>
        {list.isPending ? (
          <Loading rows={8} />
        ) : list.isError ? (
          <Failed error={list.error} retry={() => void list.refetch()} />
        ) : list.data.length === 0 ? (
          <Empty title="No series yet">
            A series says what a coupon is worth, and how often and where it works.
          </Empty>
        ) : shown.length === 0 ? (
          <Empty title="None of these">No series fits the filter.</Empty>
        ) : (
          <Rows series={shown} />
        )}
      </section>
    </div>
  )
}

function Rows({ series }: { series: readonly Series[] }) {
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
          <span role="columnheader">Series</span>
          <span role="columnheader">Discount</span>
          <span role="columnheader">State</span>
          <span role="columnheader" className="right">
            Issued
          </span>
          <span role="columnheader" className="right">
            Redeemed
          </span>
          <span role="columnheader" className="wide">
            Last 14 days
          </span>
          <span role="columnheader" className="right wide">
            Rate
          </span>
          <span role="columnheader" className="wide">
            Ends
          </span>
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
                  <Link className="row-name" href={`/series/${one.id}`}>
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
      <div className="grid-foot">{plural(series.length, 'series', 'series')}</div>
    </>
  )
}

/** The days of the series in view, by id; more are read when more are seen. */
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
