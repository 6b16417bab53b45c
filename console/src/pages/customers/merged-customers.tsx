import { useQuery } from '@tanstack/react-query'
import { mergesQuery } from '../../api/history-queries.ts'
import { useFormats } from '../../parts/format.ts'

/** Who was merged into a customer, and by what else the customer is found; nothing if nobody was. */
export function MergedCustomers({ customerId }: { customerId: number }) {
  const formats = useFormats()
  const { merges = [], alsoFoundBy = [] } = useQuery(mergesQuery(customerId)).data ?? {}
  if (merges.length === 0) return null
  return (
    <>
      {merges.map(({ retiredId, mergedAt }) => (
        <div key={retiredId}>
          Customer {retiredId} was merged into this one on {formats.day(mergedAt)}
        </div>
      ))}
      {alsoFoundBy.length > 0 && <div>Also found by {alsoFoundBy.map(({ value }) => value).join(', ')}</div>}
    </>
  )
}
