import { Button, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { Link } from 'wouter'
import { call } from '../../api/call.ts'
import { listPace, seriesSearchQuery, seriesTagsQuery, type SeriesFilter } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { FoundSeries, Series } from '../../api/types.ts'
import { CsvButton } from '../../parts/csv-button.tsx'
import { count } from '../../parts/format.ts'
import { Empty, Failed, Loading, PageHead } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'
import { countOf, nextSort, shows, sortOf, sortText, statesOf } from './series-list-rules.ts'
import { moveFocus } from './move-focus.ts'
import { SeriesRows } from './series-rows.tsx'
import { stateOf } from './series-terms.tsx'

/** The most series that one call of the server returns. */
const filePage = 500

/** Series with their counters, latest first, found by words, state and tag; re-read while the list is visible. */
export default function SeriesList() {
  const may = useMay()
  const filter = useFilter()
  const [text, show, tag] = [filter.get('q'), filter.get('show'), filter.get('tag')]
  const sort = sortOf(filter.get('sort'))
  // Not every letter is a request.
  const [q] = useDebouncedValue(text.trim(), 200)
  const asked: SeriesFilter = { q, state: statesOf(show), tag, sort: sortText(sort) }
  const list = useQuery({
    ...seriesSearchQuery(asked),
    refetchInterval: listPace.refetchInterval,
    placeholderData: keepPreviousData,
  })
  const tags = useQuery(seriesTagsQuery).data ?? []
  const isFiltered = text !== '' || show !== '' || tag !== ''
  const states = list.data?.states ?? []
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
          <div className="page-tools">
            <TextInput
              size="xs"
              w={260}
              type="search"
              aria-label="Filter series"
              placeholder="Description, code, tag or number"
              value={text}
              onChange={({ currentTarget }) => filter.set('q', currentTarget.value)}
              onKeyDown={moveFocus}
            />
            {(tags.length > 0 || tag !== '') && (
              <Select
                size="xs"
                w={150}
                aria-label="Tag"
                placeholder="Any tag"
                clearable
                searchable
                clearButtonProps={{ 'aria-label': 'Any tag' }}
                data={[...new Set([...tags.map((one) => one.tag), ...(tag === '' ? [] : [tag])])]}
                value={tag === '' ? null : tag}
                onChange={(value) => filter.set('tag', value)}
              />
            )}
          </div>
          <div className="page-tools">
            <div className="scroll-x">
              <SegmentedControl
                size="xs"
                aria-label="Which series"
                value={show}
                onChange={(value) => filter.set('show', value)}
                data={shows.map((one) => ({
                  value: one.value,
                  label: states.length === 0 ? one.label : `${one.label} ${count(countOf(one, states))}`,
                }))}
              />
            </div>
            <CsvButton
              name="series"
              title="All series that fit the filter, as a file"
              rows={async () => table(await readAll({ ...asked, q: text.trim() }))}
            />
          </div>
        </div>
        {list.isPending ? (
          <Loading rows={8} />
        ) : list.isError && list.data === undefined ? (
          <Failed error={list.error} retry={() => void list.refetch()} />
        ) : list.data?.total === 0 ? (
          isFiltered ? (
            <Empty title="None of these">No series fits the filter.</Empty>
          ) : (
            <Empty title="No series yet">
              A series says what a coupon is worth, and how often and where it works.
            </Empty>
          )
        ) : (
          <SeriesRows
            key={JSON.stringify(asked)}
            filter={asked}
            total={list.data?.total ?? 0}
            leftOut={states.reduce((sum, { series }) => sum + series, 0) - (list.data?.total ?? 0)}
            sort={sort}
            onSort={(name) => filter.set('sort', nextSort(name, sort))}
          />
        )}
      </section>
    </div>
  )
}

/** Reads all series that a filter finds, for a file. */
async function readAll(filter: SeriesFilter): Promise<readonly Series[]> {
  const all: Series[] = []
  for (;;) {
    const query = { ...filter, limit: filePage, offset: all.length }
    const { series, total } = await call<FoundSeries>('/admin/v1/series', { query })
    all.push(...series)
    if (series.length === 0 || all.length >= total) return all
  }
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
    'tags',
    'haltReason',
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
    one.tags.join(', '),
    one.halt?.reason ?? '',
  ]),
]
