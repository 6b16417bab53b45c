import { Button, Group, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { auditQuery, type AuditFilter } from '../../api/admin-queries.ts'
import { useFormats } from '../../parts/format.ts'
import { Table } from '../../parts/listed.tsx'
import { Empty, Failed, Loading, PageHead } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'
import { EntryRows } from './audit-entry.tsx'
import { WhatFilter, WhoFilter } from './audit-filter.tsx'

const fields = ['q', 'actor', 'subject', 'action', 'from', 'to'] as const

/** Pages of a search that find nothing and are read without a click; each is of 10,000 entries. */
const searchedByItself = 20

/** The audit log: changes with author, time, origin and reason. */
export default function Audit() {
  const { get, set } = useFilter()
  const formats = useFormats()
  const filter = Object.fromEntries(
    fields.flatMap((name) => (get(name) === '' ? [] : [[name, get(name)]])),
  ) as AuditFilter
  const log = useInfiniteQuery(auditQuery(filter))
  const pages = log.data?.pages ?? []
  const entries = pages.flatMap((page) => page.entries)
  const searchedTo = pages.at(-1)?.searchedTo ?? null
  const { hasNextPage, isFetching, fetchNextPage } = log
  // A search goes on by itself until it finds something.
  const goesOn = entries.length === 0 && hasNextPage && pages.length < searchedByItself
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage()
  }, [goesOn, isFetching, fetchNextPage])
  const names = Object.assign({}, ...pages.map((page) => page.names)) as Record<string, string>
  const date = (name: 'from' | 'to', label: string) => (
    <TextInput
      size="xs"
      type="date"
      label={label}
      value={filter[name] ?? ''}
      onChange={({ currentTarget }) => set(name, currentTarget.value)}
    />
  )
  const more = (words: string) => (
    <Button
      size="xs"
      variant="default"
      loading={log.isFetchingNextPage}
      onClick={() => void log.fetchNextPage()}
    >
      {words}
    </Button>
  )
  const file = `/admin/v1/audit.csv?${new URLSearchParams(filter as Record<string, string>).toString()}`
  return (
    <div className="page">
      <PageHead
        title="Audit log"
        lead="Every change by a person or a program of this organisation, the latest first."
        aside={
          <Button
            component="a"
            href={file}
            download="audit-log.csv"
            variant="default"
            title="All entries that fit the filter, as a file for a spreadsheet"
          >
            CSV
          </Button>
        }
      />
      <section className="panel">
        <Group gap="sm" className="panel-head filters">
          <Group gap="sm">
            <Words
              key={filter.q === undefined ? 'none' : 'some'}
              value={filter.q ?? ''}
              set={(q) => set('q', q)}
            />
            <WhoFilter value={filter.actor ?? ''} set={(value) => set('actor', value)} />
            <WhatFilter value={filter.subject ?? ''} set={(value) => set('subject', value)} />
            {date('from', 'From')}
            {date('to', 'Before')}
            {filter.action && (
              <Button size="xs" variant="light" mt={20} onClick={() => set('action', null)}>
                Only {filter.action} ×
              </Button>
            )}
          </Group>
        </Group>
        {log.isPending ? (
          <Loading rows={8} />
        ) : log.isError ? (
          <Failed error={log.error} retry={() => void log.refetch()} />
        ) : entries.length === 0 && !log.hasNextPage ? (
          <Empty title="Nothing">Nothing in the log fits the filter.</Empty>
        ) : entries.length === 0 ? (
          <Empty title="Nothing so far">
            The search has read back to {searchedTo && formats.time(searchedTo)}.
          </Empty>
        ) : (
          <Table label="Audit log" heads={['When', 'Who', 'What', 'Why', ['Details', 'sr']]}>
            {entries.map((entry) => (
              <EntryRows key={entry.id} entry={entry} names={names} />
            ))}
          </Table>
        )}
        {log.hasNextPage && (
          <div className="grid-foot">
            {searchedTo !== null && entries.length > 0 && (
              <Text size="xs" c="dimmed">
                Searched back to {formats.time(searchedTo)}.
              </Text>
            )}
            {more(searchedTo === null ? 'Show earlier ones' : 'Search further back')}
          </div>
        )}
      </section>
    </div>
  )
}

/** Words to search for; the log is asked when the person stops typing. */
function Words({ value, set }: { value: string; set: (value: string) => void }) {
  const [typed, setTyped] = useState(value)
  const ask = useDebouncedCallback(set, 400)
  return (
    <TextInput
      size="xs"
      w={220}
      type="search"
      label="Search the log"
      placeholder="Reason, name, code, address …"
      leftSection={<Search size={13} aria-hidden />}
      maxLength={200}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value)
        ask(currentTarget.value.trim())
      }}
    />
  )
}
