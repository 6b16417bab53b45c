import { Link } from 'wouter'
import { useMay } from '../api/session.tsx'

/** A series by name, and the way to it for who may see it. */
export function SeriesName({ id, name }: { id: number; name: string }) {
  return useMay()('campaign') ? <Link href={`/series/${id}`}>{name}</Link> : name
}
