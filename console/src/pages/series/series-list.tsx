import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { Link } from 'wouter'
import { listPace, seriesListQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Series } from '../../api/types.ts'
import { CsvButton } from '../../parts/csv-button.tsx'
import { Empty, Failed, Loading, PageHead } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'
import { fits, nextSort, shows, sorted, sortOf } from './series-list-rules.ts'
import { moveFocus } from './move-focus.ts'
import { SeriesRows } from './series-rows.tsx'
import { stateOf } from './series-terms.tsx'

/** All series with their counters, latest first; re-read while the list is visible. */
export default function SeriesList() {
  const may = useMay()
  const filter = useFilter()
  const [text, show, sort] = [filter.get('q'), filter.get('show'), sortOf(filter.get('sort'))]
  const list = useQuery({ ...seriesListQuery, refetchInterval: listPace.refetchInterval })
  const nowMs = Date.now()
  const shown = sorted(
    (list.data ?? []).filter((one) => fits(one, text, show, nowMs)),
    sort,
  )
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
            onChange={({ currentTarget }) => filter.set('q', currentTarget.value)}
            onKeyDown={moveFocus}
          />
          <div className="page-tools">
            <SegmentedControl
              size="xs"
              aria-label="Which series"
              value={show}
              onChange={(value) => filter.set('show', value)}
              data={[...shows]}
            />
            <CsvButton name="series" title="The series of this list as a file" rows={() => table(shown)} />
          </div>
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
          <SeriesRows
            series={shown}
            total={list.data.length}
            sort={sort}
            onSort={(name) => filter.set('sort', nextSort(name, sort))}
          />
        )}
      </section>
    </div>
  )
}

const noLimit = (limit: number): number | string => (limit === -1 ? '' : limit)

/** For a spreadsheet: numbers without words. */
const table = (list: readonly Series[]): (string | number)[][] => [
  [
    'id',
    'seriesCode',
    'description',
    'discountType',
    'discountValue',
    'state',
    'issued',
    'maxIssued',
    'redeemed',
    'maxRedeemed',
    'ends',
  ],
  ...list.map((one) => [
    one.id,
    one.seriesCode,
    one.description,
    one.discountType,
    one.discountValue,
    stateOf(one)[0],
    one.numIssued,
    noLimit(one.maxCreate),
    one.numRedeemed,
    noLimit(one.maxRedeem),
    one.validTillDateTime,
  ]),
]
