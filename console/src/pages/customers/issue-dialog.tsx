import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { customerStateQuery, historyQuery, pageSize, seriesSearchQuery } from '../../api/queries.ts'
import type { Issued, Series } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { count, plural, useFormats } from '../../parts/format.ts'
import { lastStore, StoreSelect } from '../../parts/store-select.tsx'
import { wordsOf } from '../../parts/states.tsx'
import { longRefusal } from '../../parts/words.ts'
import type { DialogProps } from './care-actions.tsx'

interface Input {
  readonly reason: string
  readonly seriesId: number
  readonly store: string | null
}

/** Coupons may be given out before the first day of redemption. */
const issues = ({ issueFrom }: Series): boolean => issueFrom === null || Date.parse(issueFrom) <= Date.now()

const labelOf = ({ description, seriesCode }: Series): string => `${description} (${seriesCode})`

/** Issues a coupon to a customer. */
export function IssueDialog({ asked: { name }, customerId, close, done }: DialogProps<'issue'>) {
  const formats = useFormats()
  const [typed, setTyped] = useState('')
  const [series, setSeries] = useState<Series | undefined>()
  // The field shows the chosen series; only other texts search.
  const [q] = useDebouncedValue(series !== undefined && typed === labelOf(series) ? '' : typed.trim(), 200)
  const list = useQuery({
    ...seriesSearchQuery({ q, state: 'running,coming', sort: 'name' }),
    placeholderData: keepPreviousData,
  })
  const found = (list.data?.series ?? []).filter(issues)
  const listed = series === undefined || found.some(({ id }) => id === series.id) ? found : [series, ...found]
  const more = (list.data?.total ?? 0) - (list.data?.series.length ?? 0)
  const [store, setStore] = useState(lastStore.read())
  // A customer who may have only one coupon of a series and holds it gets the same code again. The first page is the
  // one that the table shows.
  const { data: history } = useQuery(historyQuery(customerId, { status: undefined, order: 'DESC' }, 0))
  const coupons = history?.entity.customers[0]?.coupons ?? []
  const isBlocked = useQuery(customerStateQuery(customerId)).data?.isBlocked === true
  const isOneEach =
    series !== undefined &&
    (series.clientHandlingType === 'GENERIC' || !series.isMultipleVouchersPerUserAllowed)
  const held = isOneEach ? coupons.find(({ seriesId }) => seriesId === series.id) : undefined
  const isSurelyNew =
    !isOneEach || (held === undefined && history !== undefined && history.entity.pagination.total <= pageSize)
  const action = useAction(
    (input: Input, key) =>
      call<Issued>('/v2/coupon/issue', {
        method: 'POST',
        key,
        reason: input.reason,
        store: input.store,
        body: { seriesId: input.seriesId, customer: { id: customerId } },
      }),
    ({ code, validTillDateTime, ...issued }) =>
      done(
        coupons.some((one) => one.code === code)
          ? `${name} holds ${code} already: nothing new was issued.`
          : `${code} is issued to ${name}. It ends on ${formats.day(validTillDateTime)}.`,
        isSurelyNew ? { kind: 'revoke', coupon: { ...issued, code, validTillDateTime } } : undefined,
      ),
  )
  return (
    <ActionForm
      title={`Issue a coupon to ${name}`}
      verb="Issue"
      action={action}
      close={close}
      isIncomplete={series === undefined || (isBlocked && !action.isOpen)}
      submit={(reason) => series && action.submit({ reason, seriesId: series.id, store })}
    >
      {list.isError ? (
        <Effect tone="bad">The series could not be read: {wordsOf(list.error)}</Effect>
      ) : (
        <Select
          label="Series"
          placeholder={list.isPending ? 'Reading series…' : 'Choose one that runs'}
          required
          withAsterisk={false}
          data-autofocus
          searchable
          searchValue={typed}
          onSearchChange={setTyped}
          // The server has searched already, in tags too.
          filter={({ options }) => options}
          nothingFoundMessage="No running series of this name"
          description={more > 0 ? `${count(more)} more: type a part of the name` : undefined}
          disabled={action.isOpen}
          data={listed.map((one) => ({ value: String(one.id), label: labelOf(one) }))}
          value={series === undefined ? null : String(series.id)}
          onChange={(value) => setSeries(listed.find(({ id }) => String(id) === value))}
        />
      )}
      <StoreSelect
        label="Store"
        description="Where the coupon counts as issued; may be left empty."
        clearable
        value={store}
        onChange={setStore}
        disabled={action.isOpen}
      />
      {isBlocked ? (
        <Effect tone="bad">{longRefusal(742, '')}</Effect>
      ) : series && held ? (
        <Effect tone={series.doNotResendExistingVoucher ? 'bad' : 'warn'}>
          {name} holds <span className="code">{held.code}</span> of this series already, and may hold only
          one.{' '}
          {series.doNotResendExistingVoucher
            ? 'Another one is refused.'
            : 'The existing coupon is returned again; nothing new is issued.'}
        </Effect>
      ) : (
        series && (
          <Effect tone={series.maxCreate !== -1 && series.numIssued >= series.maxCreate ? 'bad' : undefined}>
            <b>{formats.discount(series)}</b>, {validityOf(series, formats.day)}. {roomOf(series)}
          </Effect>
        )
      )}
    </ActionForm>
  )
}

function validityOf(series: Series, day: (instant: string) => string): string {
  const end = day(series.validTillDateTime)
  if (series.expiryStrategyType === 'SERIES_EXPIRY') return `valid until the series ends on ${end}`
  const length =
    series.expiryStrategyType === 'DAYS'
      ? plural(series.expiryStrategyValue, 'day')
      : `until the end of the month after ${plural(series.expiryStrategyValue, 'month')}`
  return `valid ${series.expiryStrategyType === 'DAYS' ? `for ${length}` : length}, ${end} at the latest`
}

function roomOf({ maxCreate, numIssued }: Series): string {
  if (maxCreate === -1) return `${count(numIssued)} given out so far, no limit.`
  return numIssued >= maxCreate
    ? 'All of its coupons are given out.'
    : `${count(maxCreate - numIssued)} of ${count(maxCreate)} left to give out.`
}
