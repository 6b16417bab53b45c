import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { customerQuery, searchQuery } from '../api/queries.ts'
import { nameOf } from './format.ts'

interface CustomerSelectProps {
  readonly label?: string
  readonly placeholder?: string
  /** A customer who cannot be selected. */
  readonly except?: number
  readonly value: number | undefined
  readonly onChange: (id: number | undefined) => void
}

/** Selects a customer by any known attribute. */
export function CustomerSelect({
  label = 'Customer',
  placeholder = 'The holder',
  except,
  value,
  onChange,
}: CustomerSelectProps) {
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 200)
  const chosen = useQuery({ ...customerQuery(value ?? 0), enabled: value !== undefined }).data
  const found = useQuery({ ...searchQuery(asked), placeholderData: keepPreviousData }).data?.customers ?? []
  const options = new Map(
    found
      .filter((one) => one.id !== except)
      .map((one) => [
        String(one.id),
        `${nameOf(one)} · ${one.mobile ?? one.email ?? one.externalId ?? 'no number'}`,
      ]),
  )
  if (value !== undefined) options.set(String(value), nameOf(chosen?.profiles[0]))
  return (
    <Select
      label={label}
      placeholder={placeholder}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': except === undefined ? 'The holder again' : 'Nobody' }}
      // The server has already searched.
      filter={({ options: all }) => all}
      nothingFoundMessage={asked.length < 3 ? 'Name, number or address' : 'Nobody found'}
      data={[...options].map(([id, label]) => ({ value: id, label }))}
      value={value === undefined ? null : String(value)}
      onChange={(id) => onChange(id === null ? undefined : Number(id))}
      onSearchChange={setText}
    />
  )
}
