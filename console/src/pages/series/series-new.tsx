import { PageHead } from '../../parts/states.tsx'
import { SeriesForm } from './series-form.tsx'

export default function SeriesNew() {
  return (
    <div className="page">
      <PageHead title="New series" lead="Its terms, and a coupon as the holder will see it." />
      <SeriesForm />
    </div>
  )
}
