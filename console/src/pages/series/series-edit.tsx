import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { seriesQuery } from '../../api/queries.ts'
import { Empty, Failed, Loading, PageHead } from '../../parts/states.tsx'
import { SeriesForm } from './series-form.tsx'

/** The form is filled once: later changes of counters do not affect the typed values. */
export default function SeriesEdit() {
  const id = Number(useParams<{ id: string }>().id)
  const series = useQuery({ ...seriesQuery(id), refetchOnWindowFocus: false })
  if (series.isPending) return <Loading rows={8} />
  if (series.isError) return <Failed error={series.error} retry={() => void series.refetch()} />
  if (series.data === null) return <Empty title="There is no such series">Choose one from the list.</Empty>
  return (
    <div className="page">
      <PageHead
        title={`Edit ${series.data.description}`}
        lead="Limits, windows and places hold for every coupon from the next request on; codes and ends for those issued later."
      />
      <SeriesForm key={id} series={series.data} />
    </div>
  )
}
