import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { historyOfQuery, type HistorySubject } from '../../api/history-queries.ts'
import type { Happened } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import { Empty, Failed, isStale, Loading } from '../../parts/states.tsx'
import { authorWords, changesOf, happenedWords } from './history-words.ts'

interface HistoryListProps {
  readonly subject: HistorySubject
  /** Opens a coupon that the history names; undefined: coupons are not named. */
  readonly openCoupon?: ((code: string) => void) | undefined
}

/** What happened to a thing, when, by whom and why; latest first. */
export function HistoryList({ subject, openCoupon }: HistoryListProps) {
  const query = useInfiniteQuery(historyOfQuery(subject))
  if (query.isError && !isStale(query))
    return <Failed error={query.error} retry={() => void query.refetch()} />
  if (query.data === undefined) return <Loading rows={4} />
  const history = query.data.pages.flatMap((page) => page.history)
  if (history.length === 0) return <Empty title="Nothing is recorded">Changes appear here at once.</Empty>
  return (
    <>
      <ol className="history" aria-label="History">
        {history.map((one) => (
          <Happening key={one.id} one={one} openCoupon={openCoupon} />
        ))}
      </ol>
      {query.hasNextPage && (
        <div className="grid-foot">
          <Button
            size="xs"
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more history
          </Button>
        </div>
      )}
    </>
  )
}

function Happening({ one, openCoupon }: { one: Happened; openCoupon: HistoryListProps['openCoupon'] }) {
  const formats = useFormats()
  const { at, what, coupon, reason, note, storeName, billNumber, amount, before } = one
  const author = authorWords(one)
  const until = what === 'coupon.expiry-changed' ? before?.['validUntil'] : undefined
  const facts = [
    storeName,
    billNumber !== null && billNumber !== '0' && `bill ${billNumber}`,
    amount !== null &&
      `${what === 'coupon.returned' ? 'gave back' : 'discount'} ${formats.money(Number(amount))}`,
    typeof until === 'string' && `before: ${formats.day(until)}`,
    openCoupon !== undefined && coupon?.seriesDescription,
  ].filter(Boolean)
  return (
    <li>
      <time dateTime={at} className="second">
        {formats.time(at)}
      </time>
      <div>
        <div>
          <b>{happenedWords(one)}</b>{' '}
          {openCoupon !== undefined && coupon !== null && (
            <button type="button" className="link-button code" onClick={() => openCoupon(coupon.code)}>
              {coupon.code}
            </button>
          )}
          {author !== undefined && <span className="second"> by {author}</span>}
        </div>
        {note !== null && <p className="note">{note}</p>}
        {facts.length > 0 && <div className="second">{facts.join(' · ')}</div>}
        {changesOf(one).map((change) => (
          <div key={change} className="second break">
            {change}
          </div>
        ))}
        {reason !== null && <div className="why">“{reason}”</div>}
      </div>
    </li>
  )
}
