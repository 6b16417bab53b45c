import { Link } from 'wouter'
import { useMay } from '../api/session.tsx'

/** The name of a series, linked for those who may see it. */
export function SeriesName({ id, name }: { id: number; name: string }) {
  return useMay()('campaign') ? <Link href={`/series/${id}`}>{name}</Link> : name
}
