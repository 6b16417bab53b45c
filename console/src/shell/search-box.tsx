import { Combobox, Kbd, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue, useHotkeys } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { billQuery, searchQuery } from '../api/queries.ts'
import { useMay } from '../api/session.tsx'
import type { Billed, Found, FoundCoupon, FoundCustomer } from '../api/types.ts'
import { nameOf, useFormats } from '../parts/format.ts'
import { wordsOf } from '../parts/states.tsx'

type Redeemed = Pick<Found['redemptions'][number], 'customerId' | 'code'>

const targetOf = {
  customer: ({ id }: FoundCustomer) => `/customers/${id}`,
  coupon: ({ code }: FoundCoupon) => `/check?code=${encodeURIComponent(code)}`,
  redemption: ({ customerId, code }: Redeemed, seesCustomers: boolean) =>
    seesCustomers
      ? `/customers/${customerId}?coupon=${encodeURIComponent(code)}`
      : `/check?code=${encodeURIComponent(code)}`,
  series: ({ id }: Pick<Found['series'][number], 'id'>) => `/series/${id}`,
}

/** The option that asks for a bill; no page has this address. */
const askBill = 'bill:'

/** A single box for everything that a person at the counter or on the phone can tell. `/` focuses it from anywhere. */
export function SearchBox() {
  const may = useMay()
  const [location, navigate] = useLocation()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 150)
  /** Enter was pressed before the answer for the current input arrived. */
  const [isAwaited, setIsAwaited] = useState(false)
  /** The number of a bill that is asked for. */
  const [bill, setBill] = useState('')
  const formats = useFormats()
  const billed = useQuery(billQuery(bill))
  const mayAskBill = may('coupon') && may('client') && /\d/.test(text) && text.trim().length >= 3
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const found = useQuery({ ...searchQuery(asked), placeholderData: keepPreviousData })
  useHotkeys([
    ['/', () => input.current?.focus()],
    ['mod+K', () => input.current?.focus()],
  ])
  useEffect(() => {
    if (found.data) combobox.selectFirstOption()
    // The box itself is another object in each turn.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [found.data])

  // The customers page consists only of the search.
  useEffect(() => {
    if (location === '/customers') input.current?.focus()
  }, [location])

  const open = (target: string): void => {
    if (target === askBill) return setBill(text.trim())
    navigate(target)
    setText('')
    setBill('')
    setIsAwaited(false)
    combobox.closeDropdown()
    input.current?.blur()
  }
  const { customers = [], coupons = [], redemptions = [], series = [] } = found.data ?? {}
  const isSettled = asked === text.trim() && !found.isFetching
  const targets = [
    ...customers.map(targetOf.customer),
    ...coupons.map(targetOf.coupon),
    ...redemptions.map((one) => targetOf.redemption(one, may('customer'))),
    ...series.map(targetOf.series),
  ]
  const only = isAwaited && isSettled && targets.length === 1 ? targets[0] : undefined
  useEffect(() => {
    if (only !== undefined) open(only)
    // `open` is another function in each turn.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [only])
  return (
    <Combobox store={combobox} onOptionSubmit={open} width={480} position="bottom-start" keepMounted={false}>
      <Combobox.Target targetType="input" withExpandedAttribute>
        <TextInput
          ref={input}
          type="search"
          aria-label="Search"
          placeholder={may('customer') ? 'Mobile, name, code, bill, series …' : 'Coupon code, bill or series'}
          className="search"
          leftSection={<Search size={15} aria-hidden />}
          rightSection={<Kbd size="xs">/</Kbd>}
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value)
            setBill('')
            setIsAwaited(false)
            if (currentTarget.value.trim() === '') combobox.closeDropdown()
            else combobox.openDropdown()
          }}
          onFocus={() => text.trim() !== '' && combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && !combobox.dropdownOpened) input.current?.blur()
            // The person is already in the box and repeats the shortcut.
            if (event.key === '/' && text === '') event.preventDefault()
            // The visible results still belong to the previous input.
            if (event.key === 'Enter' && !isSettled) {
              combobox.resetSelectedOption()
              setIsAwaited(true)
            }
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={asked === ''}>
        <Combobox.Options mah={420} className="search-options" aria-label="Found">
          {customers.length > 0 && (
            <Combobox.Group label="Customers">
              {customers.map((one) => (
                <Combobox.Option key={one.id} value={targetOf.customer(one)}>
                  <b>{nameOf(one)}</b>
                  {one.isBlocked && <span className="second"> · blocked</span>}
                  <div className="second">
                    {[one.mobile && `+${one.mobile}`, one.email, one.externalId].filter(Boolean).join(' · ')}
                  </div>
                </Combobox.Option>
              ))}
            </Combobox.Group>
          )}
          {coupons.length > 0 && (
            <Combobox.Group label="Coupons">
              {coupons.map((one) => (
                <Combobox.Option key={one.id} value={targetOf.coupon(one)}>
                  <span className="code">{one.code}</span>
                  {one.isRevoked && <span className="second"> · revoked</span>}
                  <div className="second">{one.seriesDescription}</div>
                </Combobox.Option>
              ))}
            </Combobox.Group>
          )}
          {redemptions.length > 0 && (
            <Combobox.Group label="Redemptions">
              {redemptions.map((one) => (
                <Combobox.Option key={one.id} value={targetOf.redemption(one, may('customer'))}>
                  <span className="code">{one.code}</span>
                  <div className="second">
                    Redemption {one.id} · {formats.time(one.redeemedAt)}
                    {one.billNumber !== '' && ` · bill ${one.billNumber}`}
                  </div>
                </Combobox.Option>
              ))}
            </Combobox.Group>
          )}
          {series.length > 0 && (
            <Combobox.Group label="Series">
              {series.map((one) => (
                <Combobox.Option key={one.id} value={targetOf.series(one)}>
                  {one.description}
                  <div className="second">{one.code}</div>
                </Combobox.Option>
              ))}
            </Combobox.Group>
          )}
          {mayAskBill && bill === '' && (
            <Combobox.Group label="Bills">
              <Combobox.Option value={askBill}>Search for bill {text.trim()}</Combobox.Option>
            </Combobox.Group>
          )}
          {bill !== '' && <Bills bill={bill} billed={billed.data} error={billed.error} />}
          {targets.length === 0 && bill === '' && (
            <Combobox.Empty>
              {found.isError ? wordsOf(found.error) : isSettled ? nothing(text.trim()) : 'Searching…'}
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

interface BillsProps {
  readonly bill: string
  readonly billed: Billed | undefined
  readonly error: Error | null
}

/** The coupons that were redeemed on a bill. */
function Bills({ bill, billed, error }: BillsProps) {
  const formats = useFormats()
  const may = useMay()
  if (billed === undefined)
    return <Combobox.Empty>{error === null ? 'Searching bills…' : wordsOf(error)}</Combobox.Empty>
  if (billed.redemptions.length === 0)
    return (
      <Combobox.Empty>
        No coupon was redeemed on bill {bill} in the last {billed.searchedDays} days
      </Combobox.Empty>
    )
  return (
    <Combobox.Group label={`Bill ${bill}`}>
      <Combobox.Option value={`/bills?number=${encodeURIComponent(bill)}`}>
        The whole bill {bill}
        <div className="second">
          {billed.redemptions.length === 1 ? '1 coupon' : `${billed.redemptions.length} coupons`}, to see or
          cancel the sale
        </div>
      </Combobox.Option>
      {billed.redemptions.map((one) => (
        <Combobox.Option key={one.id} value={targetOf.redemption(one, may('customer'))}>
          <span className="code">{one.code}</span>
          {one.isReversed && <span className="second"> · reversed</span>}
          <div className="second">
            {[
              nameOf(one),
              formats.time(one.redeemedAt),
              one.storeName,
              one.billAmount !== null && formats.money(one.billAmount),
            ]
              .filter(Boolean)
              .join(' · ')}
          </div>
        </Combobox.Option>
      ))}
    </Combobox.Group>
  )
}

const nothing = (text: string): string =>
  text.length < 3
    ? 'Type at least three characters of the beginning of a name or number'
    : 'Nothing found. Codes must be whole; names and numbers from their beginning, or the last four digits.'
