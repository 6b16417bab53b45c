import { PageHead } from '../../parts/states.tsx'
import { SeriesForm } from './series-form.tsx'

export default function SeriesNew() {
  return (
    <div className="page">
      <PageHead title="New series" lead="On the right is a coupon as its holder will see it." />
      <SeriesForm />
    </div>
  )
}
