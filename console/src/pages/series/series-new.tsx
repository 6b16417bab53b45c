import { useQuery } from '@tanstack/react-query'
import { seriesQuery } from '../../api/queries.ts'
import { useFormats } from '../../parts/format.ts'
import { Failed, Loading, PageHead } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'
import { SeriesForm } from './series-form.tsx'
import { fieldsOfTemplate, seriesTemplates } from './series-templates.ts'

/** Creates a series, empty or with the terms of an existing one. */
export default function SeriesNew() {
  const { get } = useFilter()
  const formats = useFormats()
  const id = Number(get('like'))
  const name = get('template')
  const template = seriesTemplates[name]
  const today = formats.isoDay(Date.now())
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
            : template
              ? `${template.words} Change what you like before you save it.`
              : 'Its terms, and a coupon as the holder will see it.'
        }
      />
      <SeriesForm
        key={name}
        like={original}
        template={template && { name, fields: fieldsOfTemplate(template, today) }}
      />
    </div>
  )
}
