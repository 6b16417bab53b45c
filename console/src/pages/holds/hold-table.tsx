import { Button } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'wouter'
import { useMay } from '../../api/session.tsx'
import type { Hold } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import { actionsHead, Table } from '../../parts/listed.tsx'
import { SeriesName } from '../../parts/series-name.tsx'
import { State } from '../../parts/states.tsx'
import { holderWords, holdStates } from './hold-words.ts'
import { ReleaseDialog } from './release-dialog.tsx'

interface HoldTableProps {
  readonly holds: readonly Hold[]
  /** The page is that of the customer. */
  readonly isOfCustomer?: boolean
}

/** Holds with what they reserve, for whom, by whom and until when. */
export function HoldTable({ holds, isOfCustomer = false }: HoldTableProps) {
  const may = useMay()
  const [released, setReleased] = useState<Hold>()
  return (
    <div className="stacked">
      <Table
        label="Holds"
        heads={[
          'Checkout',
          ...(isOfCustomer ? [] : ['Customer']),
          'Reserves',
          'Until',
          ...(may('coupon', 'write') ? [actionsHead] : []),
        ]}
      >
        {holds.map((hold) => (
          <tr key={hold.id}>
            <td>
              {hold.reference}
              <div className="second">{holderWords(hold)}</div>
            </td>
            {!isOfCustomer && (
              <td>
                <Customer customer={hold.customer} />
              </td>
            )}
            <td>
              <Reserved hold={hold} />
            </td>
            <td>
              <Until hold={hold} />
            </td>
            {may('coupon', 'write') && (
              <td className="right">
                {hold.status === 'live' && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Release ${hold.reference}`}
                    onClick={() => setReleased(hold)}
                  >
                    Release…
                  </Button>
                )}
              </td>
            )}
          </tr>
        ))}
      </Table>
      {released && <ReleaseDialog hold={released} close={() => setReleased(undefined)} />}
    </div>
  )
}

function Customer({ customer: { id, name } }: Pick<Hold, 'customer'>) {
  const words = name ?? `Customer ${id}`
  return useMay()('customer') ? <Link href={`/customers/${id}`}>{words}</Link> : words
}

function Reserved({ hold: { reserves, customer } }: { hold: Hold }) {
  const formats = useFormats()
  const maySee = useMay()('customer')
  if (reserves.length === 0) return <span className="second">Nothing</span>
  return reserves.map(({ couponId, code, series, discount }) => (
    <div key={couponId}>
      <span className="code">
        {code === null ? (
          `No. ${couponId}`
        ) : maySee ? (
          <Link href={`/customers/${customer.id}?coupon=${encodeURIComponent(code)}`}>{code}</Link>
        ) : (
          code
        )}
      </span>{' '}
      <span className="second">
        <SeriesName id={series.id} name={series.name} /> · {formats.money(Number(discount))}
      </span>
    </div>
  ))
}

function Until({ hold: { status, expiresAt, endedAt } }: { hold: Hold }) {
  const formats = useFormats()
  if (status !== 'live')
    return (
      <>
        <State tone="quiet">{holdStates[status] ?? status}</State>
        <div className="second">{formats.time(endedAt ?? expiresAt)}</div>
      </>
    )
  const { words, isPast } = formats.expiry(expiresAt)
  return (
    <>
      {isPast ? 'Ends now' : words}
      <div className="second">{formats.time(expiresAt)}</div>
    </>
  )
}
