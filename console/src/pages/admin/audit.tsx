import { Button, Group, Select, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { auditQuery, usersQuery, type AuditFilter } from '../../api/admin-queries.ts'
import { Table } from '../../parts/listed.tsx'
import { Empty, Failed, Loading, PageHead } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'
import { EntryRows } from './audit-entry.tsx'
import { actorNames, subjectNames } from './audit-words.ts'

const options = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }))

const fields = ['actor', 'subject', 'from', 'to'] as const

/** The audit log: changes with author, time, origin and reason. */
export default function Audit() {
  const { get, set } = useFilter()
  const filter = Object.fromEntries(
    fields.flatMap((name) => (get(name) === '' ? [] : [[name, get(name)]])),
  ) as AuditFilter
  const people = useQuery(usersQuery).data ?? []
  const log = useInfiniteQuery(auditQuery(filter))
  const entries = log.data?.pages.flatMap((page) => page.entries) ?? []
  const date = (name: 'from' | 'to', label: string) => (
    <TextInput
      size="xs"
      type="date"
      label={label}
      value={filter[name] ?? ''}
      onChange={({ currentTarget }) => set(name, currentTarget.value)}
    />
  )
  return (
    <div className="page">
      <PageHead
        title="Audit log"
        lead="Every change by a person or a program of this organisation, the latest first."
      />
      <section className="panel">
        <Group gap="sm" className="panel-head filters">
          <Group gap="sm">
            <Select
              size="xs"
              label="Who"
              placeholder="Anybody"
              clearable
              searchable
              nothingFoundMessage="Nobody"
              data={[
                { group: 'All of a kind', items: options(actorNames) },
                {
                  group: 'People',
                  items: people.map(({ id, name }) => ({ value: `user:${id}`, label: name })),
                },
              ]}
              value={filter.actor ?? null}
              onChange={(value) => set('actor', value)}
            />
            <Select
              size="xs"
              label="What"
              placeholder="Anything"
              clearable
              searchable
              data={options(subjectNames)}
              value={filter.subject ?? null}
              onChange={(value) => set('subject', value)}
            />
            {date('from', 'From')}
            {date('to', 'Before')}
          </Group>
        </Group>
        {log.isPending ? (
          <Loading rows={8} />
        ) : log.isError ? (
          <Failed error={log.error} retry={() => void log.refetch()} />
        ) : entries.length === 0 ? (
          <Empty title="Nothing">Nothing in the log fits the filter.</Empty>
        ) : (
          <Table label="Audit log" heads={['When', 'Who', 'What', 'Why', ['Details', 'sr']]}>
            {entries.map((entry) => (
              <EntryRows key={entry.id} entry={entry} />
            ))}
          </Table>
        )}
        {log.hasNextPage && (
          <div className="grid-foot">
            <Button
              size="xs"
              variant="default"
              loading={log.isFetchingNextPage}
              onClick={() => void log.fetchNextPage()}
            >
              Show earlier ones
            </Button>
          </div>
        )}
      </section>
    </div>
  )
}
