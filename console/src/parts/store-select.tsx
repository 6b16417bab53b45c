import { Select, type SelectProps } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { placesQuery } from '../api/queries.ts'
import type { Place } from '../api/types.ts'

export function useStores(): readonly Place[] {
  return useQuery(placesQuery('STORE')).data ?? []
}

interface StoreSelectProps extends Omit<SelectProps, 'data' | 'value' | 'onChange'> {
  /** Code of a store. */
  readonly value: string | null
  readonly onChange: (code: string | null) => void
}

/** A store by name. */
export function StoreSelect(props: StoreSelectProps) {
  const stores = useStores()
  return (
    <Select
      label="Store"
      searchable
      nothingFoundMessage="No such store"
      limit={50}
      comboboxProps={{ withinPortal: true }}
      data={stores
        .filter(({ isActive, code }) => isActive || code === props.value)
        .map(({ code, name }) => ({ value: code, label: name === code ? name : `${name} (${code})` }))}
      {...props}
    />
  )
}

const key = 'counterfoil.store'

/** The store last used in this browser. */
export const lastStore = {
  read: (): string | null => localStorage.getItem(key),
  keep: (code: string): void => localStorage.setItem(key, code),
}
