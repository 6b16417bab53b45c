import { Button, Group, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { billQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { BilledRedemption } from '../../api/types.ts'
import { nameOf, useFormats } from '../../parts/format.ts'
import { Empty, Failed, isStale, Loading, PageHead, State } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'
import { CancelSaleDialog } from './cancel-sale-dialog.tsx'
import { salesOf, type Sale } from './sales-rules.ts'

/** The most redemptions that the server lists; then some of a sale may be missing. */
const mostListed = 50

/** The coupons that were redeemed on a bill, sale by sale. A sale can be cancelled in one step. */
export default function Bills() {
  const queries = useQueryClient()
  const { get, set } = useFilter()
  const number = get('number')
  const [asked] = useDebouncedValue(number.trim(), 400)
  const day = get('day')
  const found = useQuery(billQuery(asked, day))
  const [cancelled, setCancelled] = useState<Sale | null>(null)
  const close = (): void => {
    setCancelled(null)
    for (const key of ['bill', 'customer', 'coupon', 'series', 'search', 'audit'])
      void queries.invalidateQueries({ queryKey: [key] })
  }
  return (
    <div className="page">
      <PageHead
        title="Bills"
        lead="The coupons that were redeemed on a bill. A whole sale is cancelled in one step."
      />
      <section className="panel panel-body">
        <Group gap="sm" align="end">
          <TextInput
            label="Bill number"
            autoFocus={number === ''}
            value={number}
            onChange={({ currentTarget }) => set('number', currentTarget.value || null)}
          />
          <TextInput
            type="date"
            label="Day of the bill"
            value={day}
            onChange={({ currentTarget }) => set('day', currentTarget.value || null)}
          />
        </Group>
      </section>
      {asked === '' ? (
        <Empty title="Which bill?">Type its number as it is printed. Older bills also need their day.</Empty>
      ) : found.isError && !isStale(found) ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Loading rows={4} />
      ) : found.data.redemptions.length === 0 ? (
        <Empty title="No coupon was redeemed on this bill">
          {found.data.searchedDays === null
            ? 'There is none on this day. Clear the day to search the last weeks.'
            : `The last ${found.data.searchedDays} days were searched. State the day of an older bill.`}
        </Empty>
      ) : (
        salesOf(found.data.redemptions).map((sale) => (
          <SalePanel
            key={sale.key}
            bill={asked}
            sale={sale}
            isComplete={found.data.redemptions.length < mostListed}
            cancel={() => setCancelled(sale)}
          />
        ))
      )}
      {cancelled && (
        <CancelSaleDialog
          bill={asked}
          sale={cancelled}
          close={close}
          done={(message) => {
            close()
            notifications.show({ message, closeButtonProps: { 'aria-label': 'Dismiss' } })
          }}
        />
      )}
    </div>
  )
}

interface SalePanelProps {
  readonly bill: string
  readonly sale: Sale
  /** Whether all redemptions with this bill number are listed. */
  readonly isComplete: boolean
  readonly cancel: () => void
}

function SalePanel({ bill, sale, isComplete, cancel }: SalePanelProps) {
  const formats = useFormats()
  const may = useMay()
  const { day, storeName, tillCode, redemptions, open } = sale
  return (
    <section className="panel">
      <div className="panel-head">
        <div>
          <h2>
            Bill {bill}, {formats.day(`${day}T12:00:00Z`)}
          </h2>
          <div className="second">
            {storeName ?? 'Store unknown'}
            {tillCode && ` · till ${tillCode}`}
          </div>
        </div>
        {open.length === 0 ? (
          <State tone="quiet">Nothing left to cancel</State>
        ) : !isComplete ? (
          <span className="second">State the day to see the whole sale.</span>
        ) : (
          may('coupon', 'write') && (
            <Button variant="default" onClick={cancel}>
              Cancel whole sale…
            </Button>
          )
        )}
      </div>
      <ul className="plain-list">
        {redemptions.map((one) => (
          <BilledRow key={one.id} one={one} seesCustomers={may('customer')} />
        ))}
      </ul>
    </section>
  )
}

function BilledRow({ one, seesCustomers }: { one: BilledRedemption; seesCustomers: boolean }) {
  const formats = useFormats()
  const { code, customerId, seriesDescription, redeemedAt, billAmount, isReversed, isRevoked } = one
  const inCode = encodeURIComponent(code)
  return (
    <li>
      <div className={isReversed ? 'gone' : undefined}>
        <Link
          className="code"
          href={seesCustomers ? `/customers/${customerId}?coupon=${inCode}` : `/check?code=${inCode}`}
        >
          {code}
        </Link>{' '}
        {isReversed && <State tone="quiet">Reversed</State>}
        {isRevoked && <State tone="bad">Revoked</State>}
        <div className="second">
          {[
            seriesDescription,
            seesCustomers && nameOf(one),
            formats.time(redeemedAt),
            billAmount !== null && formats.money(billAmount),
          ]
            .filter(Boolean)
            .join(' · ')}
        </div>
      </div>
      {seesCustomers && (
        <div className="row-tools">
          <Link href={`/customers/${customerId}`}>Customer</Link>
        </div>
      )}
    </li>
  )
}
