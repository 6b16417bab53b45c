import { useQuery } from '@tanstack/react-query'
import { seriesQuery } from '../../api/queries.ts'
import { Failed, Loading, PageHead } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'
import { SeriesForm } from './series-form.tsx'

/** Creates a series, empty or with the terms of an existing one. */
export default function SeriesNew() {
  const id = Number(useFilter().get('like'))
  const like = useQuery({ ...seriesQuery(id), refetchOnWindowFocus: false })
  if (like.isLoading) return <Loading rows={8} />
  if (like.isError) return <Failed error={like.error} retry={() => void like.refetch()} />
  const original = like.data ?? undefined
  return (
    <div className="page">
      <PageHead
        title="New series"
        lead={
          original
            ? `With the terms of ${original.description}, without its coupons and codes.`
            : 'Its terms, and a coupon as the holder will see it.'
        }
      />
      <SeriesForm like={original} />
    </div>
  )
}
