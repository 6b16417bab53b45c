import { Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import {
  accessGroupsQuery,
  clientsQuery,
  storesQuery,
  tillsQuery,
  usersQuery,
  webhooksQuery,
} from '../../api/admin-queries.ts'
import { useMay } from '../../api/session.tsx'
import { actorNames, subjectNames } from './audit-words.ts'

interface Choice {
  readonly value: string
  readonly label: string
}

const options = (names: Readonly<Record<string, string>>): Choice[] =>
  Object.entries(names).map(([value, label]) => ({ value, label }))

interface FilterProps {
  readonly value: string
  readonly set: (value: string | null) => void
}

/** Who made a change: all of a kind, or one person, client or till. */
export function WhoFilter({ value, set }: FilterProps) {
  const people = useQuery(usersQuery).data ?? []
  const clients = useQuery(clientsQuery).data ?? []
  const tills = useQuery(tillsQuery).data ?? []
  const named = (kind: string, rows: readonly { id: number; name: string }[]): Choice[] =>
    rows.map(({ id, name }) => ({ value: `${kind}:${id}`, label: name }))
  return (
    <Select
      size="xs"
      w={165}
      label="Who"
      placeholder="Anybody"
      clearable
      clearButtonProps={{ 'aria-label': 'Anybody' }}
      searchable
      limit={100}
      nothingFoundMessage="Nobody"
      data={[
        { group: 'All of a kind', items: options(actorNames) },
        { group: 'People', items: named('user', people) },
        { group: 'Clients', items: named('client', clients) },
        {
          group: 'Tills',
          items: named(
            'till',
            tills.map(({ id, code }) => ({ id, name: code })),
          ),
        },
      ]}
      value={value || null}
      onChange={set}
    />
  )
}

/** What was changed: a kind of thing, and which one. */
export function WhatFilter({ value, set }: FilterProps) {
  const [kind = '', id = ''] = value.split(':')
  return (
    <>
      <Select
        size="xs"
        w={165}
        label="What"
        placeholder="Anything"
        clearable
        clearButtonProps={{ 'aria-label': 'Anything' }}
        searchable
        data={options(subjectNames)}
        value={kind || null}
        onChange={set}
      />
      {kind in lists ? (
        <OneOfList kind={kind as keyof typeof lists} id={id} set={set} />
      ) : (
        kind !== '' && (
          <TextInput
            size="xs"
            w={120}
            label="Which"
            placeholder="All; or a number"
            inputMode="numeric"
            value={id}
            onChange={({ currentTarget: { value: typed } }) => {
              const digits = typed.replaceAll(/\D/g, '').replace(/^0+/, '').slice(0, 15)
              set(digits === '' ? kind : `${kind}:${digits}`)
            }}
          />
        )
      )}
    </>
  )
}

/** The kinds of which an organisation has few enough for a list. */
const lists = {
  store: storesQuery,
  till: tillsQuery,
  client: clientsQuery,
  user: usersQuery,
  webhook: webhooksQuery,
  'access-group': accessGroupsQuery,
} as const

interface OneOfListProps {
  readonly kind: keyof typeof lists
  readonly id: string
  readonly set: (value: string | null) => void
}

function OneOfList({ kind, id, set }: OneOfListProps) {
  const may = useMay()
  const rows = useQuery({
    ...(lists[kind] as typeof storesQuery),
    enabled: kind !== 'webhook' || may('webhook'),
  }).data
  const data = (rows ?? []).map((one: { id: number; name?: string; code?: string }) => ({
    value: String(one.id),
    label: one.name ?? one.code ?? `No. ${one.id}`,
  }))
  return (
    <Select
      size="xs"
      w={165}
      label="Which"
      placeholder="All"
      clearable
      clearButtonProps={{ 'aria-label': 'All' }}
      searchable
      limit={100}
      nothingFoundMessage="None"
      // One that is gone can still be asked for, by a link from an entry.
      data={
        id === '' || data.some((one) => one.value === id)
          ? data
          : [...data, { value: id, label: `No. ${id}` }]
      }
      value={id || null}
      onChange={(chosen) => set(chosen === null ? kind : `${kind}:${chosen}`)}
    />
  )
}
