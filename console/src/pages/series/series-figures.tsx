import { useQuery } from '@tanstack/react-query'
import { seriesFiguresQuery } from '../../api/series-queries.ts'
import type { Series } from '../../api/types.ts'
import { DayFiguresPanel } from '../../parts/day-figures.tsx'
import { count } from '../../parts/format.ts'
import { RefusalsPanel } from '../../parts/refusals.tsx'
import { Failed, Loading, Panel } from '../../parts/states.tsx'

const dayCount = 30
const refreshMs = 30_000

/** What became of a series in the last days, by day and by store. */
export function SeriesFiguresPanels({ series }: { series: Series }) {
  const figures = useQuery({ ...seriesFiguresQuery(series.id, dayCount), refetchInterval: refreshMs })
  if (figures.isPending)
    return (
      <Panel title={`Last ${dayCount} days`}>
        <Loading rows={6} />
      </Panel>
    )
  if (figures.isError) return <Failed error={figures.error} retry={() => void figures.refetch()} />
  const { days, stores, refusals } = figures.data
  return (
    <>
      <DayFiguresPanel title={`Last ${dayCount} days`} name={`${series.seriesCode}-days`} figures={days} />
      {stores.length > 0 && (
        <Panel title={`By store, last ${dayCount} days`}>
          <table className="table">
            <thead>
              <tr>
                <th>Store</th>
                <th className="right">Issued</th>
                <th className="right">Redeemed</th>
              </tr>
            </thead>
            <tbody>
              {stores.map(({ storeId, name, issued, redeemed }) => (
                <tr key={storeId ?? 'unknown'}>
                  <td>{name ?? 'Store unknown'}</td>
                  <td className="right">{count(issued)}</td>
                  <td className="right">{count(redeemed)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
      {refusals.length > 0 && (
        <RefusalsPanel title={`Most refused, last ${dayCount} days`} refusals={refusals} />
      )}
    </>
  )
}
