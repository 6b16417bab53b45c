import { Combobox, Kbd, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue, useHotkeys } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { searchQuery } from '../api/queries.ts'
import { useMay } from '../api/session.tsx'
import type { FoundCoupon, FoundCustomer } from '../api/types.ts'
import { nameOf } from '../parts/format.ts'
import { wordsOf } from '../parts/states.tsx'

const targetOf = {
  customer: ({ id }: FoundCustomer) => `/customers/${id}`,
  coupon: ({ code }: FoundCoupon) => `/check?code=${encodeURIComponent(code)}`,
}

/** A single box for everything that a person at the counter or on the phone can tell. `/` focuses it from anywhere. */
export function SearchBox() {
  const may = useMay()
  const [location, navigate] = useLocation()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 150)
  /** Enter was pressed before the answer for the current input arrived. */
  const [isAwaited, setIsAwaited] = useState(false)
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
    navigate(target)
    setText('')
    setIsAwaited(false)
    combobox.closeDropdown()
    input.current?.blur()
  }
  const { customers = [], coupons = [] } = found.data ?? {}
  const isSettled = asked === text.trim() && !found.isFetching
  const targets = [...customers.map(targetOf.customer), ...coupons.map(targetOf.coupon)]
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
          placeholder={may('customer') ? 'Mobile, e-mail, name, id or coupon code' : 'Coupon code'}
          className="search"
          leftSection={<Search size={15} aria-hidden />}
          rightSection={<Kbd size="xs">/</Kbd>}
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value)
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
          {customers.length + coupons.length === 0 && (
            <Combobox.Empty>
              {found.isError ? wordsOf(found.error) : isSettled ? nothing(text.trim()) : 'Searching…'}
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

const nothing = (text: string): string =>
  text.length < 3
    ? 'Three characters or more find beginnings of names and numbers'
    : 'Nothing found. Codes must be whole; names and numbers from their beginning.'
