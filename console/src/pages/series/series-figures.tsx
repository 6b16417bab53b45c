import { SegmentedControl } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { seriesFiguresQuery } from '../../api/series-queries.ts'
import type { Series, SeriesFigures } from '../../api/types.ts'
import { CsvButton } from '../../parts/csv-button.tsx'
import { DayFiguresPanel } from '../../parts/day-figures.tsx'
import { count } from '../../parts/format.ts'
import { MoneyPanel } from '../../parts/money-figures.tsx'
import { RefusalsPanel } from '../../parts/refusals.tsx'
import { Table } from '../../parts/listed.tsx'
import { Failed, Loading, Panel } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'

const periods = ['7', '30', '90']
const refreshMs = 30_000

/** Figures of a series for the last days, by day and by store. */
export function SeriesFiguresPanels({ series }: { series: Series }) {
  const filter = useFilter()
  const chosen = filter.get('days')
  const period = periods.includes(chosen) ? chosen : '30'
  const figures = useQuery({
    ...seriesFiguresQuery(series.id, Number(period)),
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  })
  if (figures.isPending)
    return (
      <Panel title={`Last ${period} days`}>
        <Loading rows={6} />
      </Panel>
    )
  if (figures.isError) return <Failed error={figures.error} retry={() => void figures.refetch()} />
  const { days, stores, refusals } = figures.data
  // While another period is loading, the previous one is shown.
  const last = `last ${days.length} days`
  return (
    <>
      <DayFiguresPanel
        title={`Last ${days.length} days`}
        name={`${series.seriesCode}-days`}
        figures={days}
        aside={
          <SegmentedControl
            size="xs"
            aria-label="Period"
            value={period}
            onChange={(value) => filter.set('days', value === '30' ? null : value)}
            data={periods.map((value) => ({ value, label: `${value} days` }))}
          />
        }
      />
      <MoneyPanel seriesId={series.id} days={days.length} name={`${series.seriesCode}-discounts`} />
      {stores.length > 0 && (
        <StoresPanel title={`By store, ${last}`} name={`${series.seriesCode}-stores`} stores={stores} />
      )}
      {refusals.length > 0 && (
        <RefusalsPanel
          title={`Most refused, ${last}`}
          name={`${series.seriesCode}-refusals`}
          refusals={refusals}
        />
      )}
    </>
  )
}

interface StoresPanelProps {
  readonly title: string
  /** Of the file. */
  readonly name: string
  readonly stores: SeriesFigures['stores']
}

function StoresPanel({ title, name: fileName, stores }: StoresPanelProps) {
  const table = () => [
    ['storeCode', 'store', 'issued', 'redeemed'],
    ...stores.map(({ code, name, issued, redeemed }) => [code ?? '', name ?? '', issued, redeemed]),
  ]
  return (
    <Panel
      title={title}
      aside={<CsvButton name={fileName} title="The stores of this table as a file" rows={table} />}
    >
      <Table label={title} heads={['Store', ['Issued', 'right'], ['Redeemed', 'right']]}>
        {stores.map(({ storeId, name, issued, redeemed }) => (
          <tr key={storeId ?? 'unknown'}>
            <td>{name ?? 'Store unknown'}</td>
            <td className="right">{count(issued)}</td>
            <td className="right">{count(redeemed)}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  )
}
