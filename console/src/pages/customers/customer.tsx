import { Button, Group, Menu, SegmentedControl, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Ellipsis, Plus } from 'lucide-react'
import { useState } from 'react'
import { useParams, useSearchParams } from 'wouter'
import { Refused } from '../../api/call.ts'
import { customerQuery, customerStateQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Coupon, CustomerDetails } from '../../api/types.ts'
import { nameOf, useFormats } from '../../parts/format.ts'
import { Empty, Failed, Loading, PageHead, State } from '../../parts/states.tsx'
import { useCareActions } from './care-actions.tsx'
import { CouponDrawer } from './coupon-drawer.tsx'
import { CouponTable } from './coupon-table.tsx'
import { CouponTimeline } from './coupon-timeline.tsx'

const statuses = [
  { value: '', label: 'All but revoked' },
  { value: 'REDEEMABLE', label: 'Work now' },
  { value: 'ACTIVE_UNREDEEMED', label: 'Valid and unused' },
  { value: 'REDEEMED', label: 'Redeemed' },
  { value: 'EXPIRED', label: 'Expired' },
  { value: 'REVOKED', label: 'Revoked' },
]

/** A customer: who, what they hold, and what was done with it. */
export default function CustomerPage() {
  const id = Number(useParams<{ id: string }>().id)
  const customer = useQuery(customerQuery(id))
  if (customer.isPending) return <Loading rows={6} />
  if (customer.isError) {
    return customer.error instanceof Refused && customer.error.status === 404 ? (
      <Empty title="There is no such customer">{gone(customer.error)}</Empty>
    ) : (
      <Failed error={customer.error} retry={() => void customer.refetch()} />
    )
  }
  return <Customer key={id} id={id} details={customer.data} />
}

const gone = ({ message }: Refused): string =>
  message.includes('PII')
    ? 'The person was erased; coupons and redemptions stay in the ledger.'
    : 'Search by another number, address or name.'

const identifierOf = (details: CustomerDetails, type: string): string | undefined =>
  details.profiles[0]?.identifiers.find((one) => one.type === type)?.value

function Customer({ id, details }: { id: number; details: CustomerDetails }) {
  const may = useMay()
  const formats = useFormats()
  const state = useQuery(customerStateQuery(id)).data
  const [search, setSearch] = useSearchParams()
  const [opened, setOpened] = useState<Coupon | null>(null)
  const actions = useCareActions({ customerId: id, onDone: () => setOpened(null) })
  const [profile] = details.profiles
  const name = nameOf(profile)
  const status = search.get('status') ?? undefined
  const view = search.get('view') === 'timeline' ? 'timeline' : 'table'
  const order = search.get('order') === 'ASC' ? 'ASC' : 'DESC'
  const set = (field: string, value: string): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(field)
        else next.set(field, value)
        return next
      },
      { replace: true },
    )
  const mobile = identifierOf(details, 'mobile')
  const known = [mobile && `+${mobile}`, identifierOf(details, 'email'), identifierOf(details, 'externalId')]
  return (
    <div className="page">
      <PageHead
        title={
          <Group gap="sm">
            {name}
            {state?.isBlocked && <State tone="bad">Blocked</State>}
          </Group>
        }
        lead={
          <>
            {known.filter(Boolean).join(' · ')}
            <div>
              Customer {id}
              {profile && ` · registered ${formats.day(profile.attribution.createDate)}`}
              {profile?.attribution.createdBy && ` at till ${profile.attribution.createdBy.name}`}
            </div>
          </>
        }
        aside={
          <>
            {may('organisation', 'write') && state && (
              <Menu position="bottom-end" withinPortal>
                <Menu.Target>
                  <Button variant="default" px={10} aria-label={`More actions for ${name}`}>
                    <Ellipsis size={16} />
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item
                    onClick={() => actions.open({ kind: 'block', isBlocked: state.isBlocked, name })}
                  >
                    {state.isBlocked ? 'Lift block…' : 'Block…'}
                  </Menu.Item>
                  <Menu.Divider />
                  <Menu.Item color="red" onClick={() => actions.open({ kind: 'erase', name })}>
                    Erase person…
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
            {may('coupon', 'write') && (
              <Button leftSection={<Plus size={15} />} onClick={() => actions.open({ kind: 'issue', name })}>
                Issue coupon
              </Button>
            )}
          </>
        }
      />
      <section className="panel">
        <div className="panel-head">
          <h2>Coupons</h2>
          <Group gap="xs">
            <Select
              size="xs"
              w={160}
              aria-label="Which coupons"
              data={statuses}
              value={status ?? ''}
              onChange={(value) => set('status', value ?? '')}
            />
            <SegmentedControl
              size="xs"
              aria-label="Shown as"
              value={view}
              onChange={(value) => set('view', value === 'timeline' ? value : '')}
              data={[
                { value: 'table', label: 'Table' },
                { value: 'timeline', label: 'Timeline' },
              ]}
            />
          </Group>
        </div>
        {view === 'table' ? (
          <CouponTable
            customerId={id}
            filter={{ status, order }}
            onOrder={() => set('order', order === 'DESC' ? 'ASC' : '')}
            onOpen={setOpened}
            actions={actions}
          />
        ) : (
          <CouponTimeline customerId={id} status={status} onOpen={setOpened} actions={actions} />
        )}
      </section>
      {opened && (
        <CouponDrawer coupon={opened} customerId={id} actions={actions} close={() => setOpened(null)} />
      )}
      {actions.dialog}
    </div>
  )
}
