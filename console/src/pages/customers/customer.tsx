import { Button, Group, SegmentedControl, Select, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Redirect, useParams, useSearchParams } from 'wouter'
import { Refused } from '../../api/call.ts'
import { customerQuery, customerStateQuery, historyQuery } from '../../api/queries.ts'
import { useMay, useSession } from '../../api/session.tsx'
import type { Coupon, CustomerDetails } from '../../api/types.ts'
import { count, knownBy, nameOf, useFormats } from '../../parts/format.ts'
import { Empty, Failed, isStale, Loading, PageHead, State } from '../../parts/states.tsx'
import { HeldOfCustomer } from '../holds/held-of.tsx'
import { useCareActions } from './care-actions.tsx'
import { CouponDrawer } from './coupon-drawer.tsx'
import { CouponTable } from './coupon-table.tsx'
import type { CustomerValues } from './customer-fields.tsx'
import { CustomerMenu } from './customer-menu.tsx'
import { CouponTimeline } from './coupon-timeline.tsx'
import { lately } from './lately.ts'
import { MergedCustomers } from './merged-customers.tsx'
import { CustomerNotes } from './notes.tsx'
import { HistoryList } from '../history/history-list.tsx'

const worksNow = 'REDEEMABLE'
const statuses = [
  { value: '', label: 'All but revoked' },
  { value: worksNow, label: 'Work now' },
  { value: 'ACTIVE_UNREDEEMED', label: 'Valid and unused' },
  { value: 'ACTIVE_REDEEMED', label: 'Valid and used' },
  { value: 'EXPIRED_UNREDEEMED', label: 'Expired unused' },
  { value: 'REDEEMED', label: 'Used' },
  { value: 'EXPIRED', label: 'Expired' },
  { value: 'REVOKED', label: 'Revoked' },
]

interface WorkNowProps {
  readonly customerId: number
  readonly isChosen: boolean
  readonly choose: (isChosen: boolean) => void
}

const viewOf = (given: string | null): 'table' | 'timeline' | 'history' =>
  given === 'timeline' || given === 'history' ? given : 'table'

/** A code as it is read out in groups; a list of codes is separated by commas. */
const inOnePiece = (code: string): string => code.replaceAll(/\s+/g, '')

/** The most frequent question: how many coupons work now. A click filters the list by them. */
function WorkNow({ customerId, isChosen, choose }: WorkNowProps) {
  const { data } = useQuery(historyQuery(customerId, { status: worksNow, order: 'DESC' }, 0))
  if (data === undefined) return null
  const { total } = data.entity.pagination
  return (
    <UnstyledButton
      className="chip"
      aria-pressed={isChosen}
      disabled={total === 0 && !isChosen}
      onClick={() => choose(!isChosen)}
    >
      <State tone={total === 0 ? 'quiet' : 'good'}>
        {total === 0 ? 'None works now' : total === 1 ? '1 works now' : `${count(total)} work now`}
      </State>
    </UnstyledButton>
  )
}

interface FiltersProps {
  readonly status: string | undefined
  readonly bill: string
  readonly code: string
  readonly set: (field: string, value: string) => void
}

/** Which of the customer's coupons are listed. */
function Filters({ status, bill, code, set }: FiltersProps) {
  return (
    <>
      <TextInput
        size="xs"
        w={140}
        aria-label="Whole code"
        placeholder="Whole code"
        value={code}
        onChange={({ currentTarget }) => set('code', currentTarget.value)}
      />
      <TextInput
        size="xs"
        w={140}
        aria-label="Bill that it was issued with"
        placeholder="Issued with bill"
        value={bill}
        onChange={({ currentTarget }) => set('bill', currentTarget.value)}
      />
      <Select
        size="xs"
        w={160}
        aria-label="Which coupons"
        data={statuses}
        value={status ?? ''}
        onChange={(value) => set('status', value ?? '')}
      />
    </>
  )
}

/** A customer: profile, coupons and their history. */
export default function CustomerPage() {
  const id = Number(useParams<{ id: string }>().id)
  const customer = useQuery(customerQuery(id))
  if (customer.isError && !isStale(customer)) {
    return customer.error instanceof Refused && customer.error.status === 404 ? (
      <Empty title="There is no such customer">{gone(customer.error)}</Empty>
    ) : (
      <Failed error={customer.error} retry={() => void customer.refetch()} />
    )
  }
  if (customer.data === undefined) return <Loading rows={6} />
  // The id of a customer who was merged leads to the one who has everything.
  if (customer.data.id !== id) return <Redirect to={`/customers/${customer.data.id}`} replace />
  return <Customer key={id} id={id} details={customer.data} />
}

const gone = ({ isErased }: Refused): string =>
  isErased
    ? 'The person was erased; coupons and redemptions stay in the ledger.'
    : 'Search by another number, address or name.'

function valuesOf({ profiles: [profile] }: CustomerDetails): CustomerValues {
  const known = (type: string) => profile?.identifiers.find((one) => one.type === type)?.value ?? ''
  return {
    firstName: profile?.firstName ?? '',
    lastName: profile?.lastName ?? '',
    mobile: known('mobile'),
    email: known('email'),
    externalId: known('externalId'),
  }
}

function Customer({ id, details }: { id: number; details: CustomerDetails }) {
  const may = useMay()
  const formats = useFormats()
  const state = useQuery(customerStateQuery(id)).data
  const [search, setSearch] = useSearchParams()
  const { user } = useSession()
  useEffect(() => lately.keep(user.id, id), [user.id, id])
  const [listed, setListed] = useState<Coupon>()
  const [profile] = details.profiles
  const name = nameOf(profile)
  const status = search.get('status') ?? undefined
  const view = viewOf(search.get('view'))
  const order = search.get('order') === 'ASC' ? 'ASC' : 'DESC'
  const bill = search.get('bill') ?? ''
  const code = search.get('code') ?? ''
  const [asked] = useDebouncedValue(bill.trim(), 250)
  const [askedCode] = useDebouncedValue(inOnePiece(code), 250)
  const opened = search.get('coupon') ?? ''
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
  const close = (): void => set('coupon', '')
  const actions = useCareActions({ customerId: id, onDone: close })
  // Closing a coupon returns to the list.
  const returnTo = useRef<Element | null>(null)
  const open = useCallback(
    (coupon: Coupon): void => {
      returnTo.current = document.activeElement
      setListed(coupon)
      setSearch((before) => {
        const next = new URLSearchParams(before)
        next.set('coupon', coupon.code)
        return next
      })
    },
    [setSearch],
  )
  // After closing, the keyboard focus returns to where it was opened.
  useEffect(() => {
    if (opened === '' && returnTo.current instanceof HTMLElement)
      returnTo.current.focus({ preventScroll: true })
  }, [opened])
  const filter = { status, bill: asked || undefined, code: askedCode || undefined }
  return (
    <div className="page">
      <PageHead
        name={name}
        title={
          <Group gap="sm">
            {name}
            {state?.isBlocked && <State tone="bad">Blocked</State>}
          </Group>
        }
        lead={
          <>
            {knownBy(details).join(' · ')}
            <div>
              Customer {id}
              {profile && ` · registered ${formats.day(profile.attribution.createDate)}`}
              {profile?.attribution.createdBy && ` at till ${profile.attribution.createdBy.name}`}
            </div>
            <MergedCustomers customerId={id} />
          </>
        }
        aside={
          <>
            <CustomerMenu
              name={name}
              before={valuesOf(details)}
              isBlocked={state?.isBlocked}
              open={actions.open}
            />
            {may('coupon', 'write') && (
              <Button leftSection={<Plus size={15} />} onClick={() => actions.open({ kind: 'issue', name })}>
                Issue coupon
              </Button>
            )}
          </>
        }
      />
      <CustomerNotes customerId={id} />
      {may('coupon') && <HeldOfCustomer customerId={id} />}
      <section className="panel">
        <div className="panel-head">
          <Group gap="sm">
            <h2>Coupons</h2>
            <WorkNow
              customerId={id}
              isChosen={status === worksNow}
              choose={(isChosen) => set('status', isChosen ? worksNow : '')}
            />
          </Group>
          <Group gap="xs">
            {view !== 'history' && <Filters status={status} bill={bill} code={code} set={set} />}
            <SegmentedControl
              size="xs"
              aria-label="Shown as"
              value={view}
              onChange={(value) => set('view', value === 'table' ? '' : value)}
              data={[
                { value: 'table', label: 'Table' },
                { value: 'timeline', label: 'Timeline' },
                { value: 'history', label: 'History' },
              ]}
            />
          </Group>
        </div>
        {view === 'table' ? (
          <CouponTable
            customerId={id}
            filter={{ ...filter, order }}
            onOrder={() => set('order', order === 'DESC' ? 'ASC' : '')}
            onOpen={open}
            actions={actions}
          />
        ) : view === 'history' ? (
          <HistoryList
            subject={{ kind: 'customer', id }}
            openCoupon={may('coupon') ? (coupon) => set('coupon', coupon) : undefined}
          />
        ) : (
          <CouponTimeline customerId={id} filter={filter} onOpen={open} actions={actions} />
        )}
      </section>
      {opened !== '' && (
        <CouponDrawer code={opened} listed={listed} customerId={id} actions={actions} close={close} />
      )}
      {actions.dialog}
    </div>
  )
}
