import { Anchor } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { holdPaceMs, holdsQuery } from '../../api/money-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Hold } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import { Panel } from '../../parts/states.tsx'
import { holderWords } from './hold-words.ts'
import { HoldTable } from './hold-table.tsx'
import { ReleaseDialog } from './release-dialog.tsx'

/** What checkouts hold for a customer; nothing is shown if there is nothing. */
export function HeldOfCustomer({ customerId }: { customerId: number }) {
  const query = useInfiniteQuery({ ...holdsQuery({ customer: customerId }, 20), refetchInterval: holdPaceMs })
  const holds = query.data?.pages.flatMap((page) => page.holds) ?? []
  return holds.length === 0 ? null : (
    <Panel title="Held at checkouts">
      <HoldTable holds={holds} isOfCustomer />
    </Panel>
  )
}

/** Facts of a coupon: which checkouts hold it, and until when. */
export function HeldFacts({ couponId }: { couponId: number }) {
  const query = useInfiniteQuery({ ...holdsQuery({ coupon: couponId }, 20), refetchInterval: holdPaceMs })
  const formats = useFormats()
  const may = useMay()
  const [released, setReleased] = useState<Hold>()
  const holds = query.data?.pages.flatMap((page) => page.holds) ?? []
  if (holds.length === 0) return null
  return (
    <>
      <dt>Held</dt>
      <dd>
        {holds.map((hold) => (
          <div key={hold.id}>
            {holderWords(hold)}, checkout {hold.reference}
            <div className="second">
              until {formats.time(hold.expiresAt)}, {formats.expiry(hold.expiresAt).words}{' '}
              {may('coupon', 'write') && (
                <Anchor
                  component="button"
                  type="button"
                  size="xs"
                  aria-label={`Release ${hold.reference}`}
                  onClick={() => setReleased(hold)}
                >
                  Release…
                </Anchor>
              )}
            </div>
          </div>
        ))}
        {released && <ReleaseDialog hold={released} close={() => setReleased(undefined)} />}
      </dd>
    </>
  )
}
