import { Button, Group, SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { holdPaceMs, holdsQuery } from '../../api/money-queries.ts'
import { seriesQuery } from '../../api/queries.ts'
import type { Hold } from '../../api/types.ts'
import { CsvButton } from '../../parts/csv-button.tsx'
import { Empty, Failed, Loading, PageHead } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'
import { HoldTable } from './hold-table.tsx'

/** What checkouts reserve now, or have reserved in the last 30 days. */
export default function Holds() {
  const { get, set } = useFilter()
  const [reference] = useDebouncedValue(get('reference').trim(), 250)
  const status = get('status') === 'ended' ? 'ended' : 'live'
  const seriesId = Number(get('series')) || undefined
  const customerId = Number(get('customer')) || undefined
  const series = useQuery({ ...seriesQuery(seriesId ?? 0) }).data
  const filter = { status, reference, series: seriesId, customer: customerId }
  const query = useInfiniteQuery({ ...holdsQuery(filter), refetchInterval: holdPaceMs })
  const holds = query.data?.pages.flatMap((page) => page.holds) ?? []
  const isFiltered = reference !== '' || seriesId !== undefined || customerId !== undefined
  return (
    <div className="page">
      <PageHead
        title="Holds"
        lead="Coupons that checkouts reserve until they are paid. A hold that has ended reserves nothing, and is listed for 30 days."
      />
      <section className="panel">
        <Group gap="sm" className="panel-head filters">
          <Group gap="sm">
            <TextInput
              size="xs"
              label="Checkout"
              placeholder="Beginning of its reference"
              value={get('reference')}
              onChange={({ currentTarget }) => set('reference', currentTarget.value)}
            />
            <SegmentedControl
              size="xs"
              aria-label="Which holds"
              value={status}
              onChange={(value) => set('status', value === 'ended' ? value : null)}
              data={[
                { value: 'live', label: 'Live' },
                { value: 'ended', label: 'Ended' },
              ]}
            />
            {seriesId !== undefined && (
              <Button size="xs" variant="default" onClick={() => set('series', null)}>
                Series {series?.description ?? seriesId} ×
              </Button>
            )}
            {customerId !== undefined && (
              <Button size="xs" variant="default" onClick={() => set('customer', null)}>
                Customer {customerId} ×
              </Button>
            )}
          </Group>
          {holds.length > 0 && (
            <CsvButton name="holds" title="These holds as a file" rows={() => rowsOf(holds)} />
          )}
        </Group>
        {query.isPending ? (
          <Loading rows={6} />
        ) : query.isError && query.data === undefined ? (
          <Failed error={query.error} retry={() => void query.refetch()} />
        ) : holds.length === 0 ? (
          <Empty title={status === 'live' ? 'Nothing is held' : 'No hold has ended'}>
            {isFiltered
              ? 'No hold fits the filter.'
              : status === 'live'
                ? 'No checkout reserves a coupon now.'
                : 'There was none in the last 30 days.'}
          </Empty>
        ) : (
          <HoldTable holds={holds} />
        )}
        {query.hasNextPage && (
          <div className="grid-foot">
            <Button
              size="xs"
              variant="default"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              Show more
            </Button>
          </div>
        )}
      </section>
    </div>
  )
}

const rowsOf = (holds: readonly Hold[]) => [
  [
    'id',
    'reference',
    'status',
    'customerId',
    'madeBy',
    'store',
    'createdAt',
    'expiresAt',
    'endedAt',
    'codes',
    'total',
    'currency',
  ],
  ...holds.map((one) => [
    one.id,
    one.reference,
    one.status,
    one.customer.id,
    `${one.madeBy.kind} ${one.madeBy.name ?? one.madeBy.id}`,
    one.store?.name ?? '',
    one.createdAt,
    one.expiresAt,
    one.endedAt ?? '',
    one.reserves.map(({ code, couponId }) => code ?? String(couponId)).join(' '),
    one.total,
    one.currency ?? '',
  ]),
]
