import { Button, Group, Select, TextInput } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import { Link } from 'wouter'
import { auditQuery, type AuditFilter } from '../../api/admin-queries.ts'
import type { AuditEntry } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import { Empty, Failed, Loading, PageHead } from '../../parts/states.tsx'
import { useFilter } from '../../parts/use-filter.ts'

const actorNames: Readonly<Record<string, string>> = {
  user: 'People',
  client: 'Clients',
  till: 'Tills',
  'command-line': 'Command line',
}
const subjectNames: Readonly<Record<string, string>> = {
  coupon: 'Coupon',
  redemption: 'Redemption',
  customer: 'Customer',
  series: 'Series',
  'code-batch': 'Batch of codes',
  upload: 'Upload',
  organisation: 'Settings',
  store: 'Store',
  zone: 'Zone',
  concept: 'Concept',
  till: 'Till',
  client: 'Client',
  'access-group': 'Access group',
  webhook: 'Webhook',
  user: 'Person',
  session: 'Session',
}
const options = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }))

/** "coupon.expiry-changed" → "Coupon: expiry changed" */
function actionWords(action: string): string {
  if (action === 'session.created') return 'Signed in'
  if (action === 'session.changed') return 'Session ended'
  const [kind = '', ...rest] = action.split('.')
  return `${subjectNames[kind] ?? kind}: ${rest.join(' ').replaceAll('-', ' ')}`
}

const fields = ['actor', 'subject', 'from', 'to'] as const

/** What was changed, by whom, when, from where and why. */
export default function Audit() {
  const { get, set } = useFilter()
  const filter = Object.fromEntries(
    fields.flatMap((name) => (get(name) === '' ? [] : [[name, get(name)]])),
  ) as AuditFilter
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
              data={options(actorNames)}
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
          <div className="scroll-x">
            <table className="table">
              <thead>
                <tr>
                  <th>When</th>
                  <th>Who</th>
                  <th>What</th>
                  <th>Why</th>
                  <th>
                    <span className="sr">Details</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {entries.map((entry) => (
                  <EntryRows key={entry.id} entry={entry} />
                ))}
              </tbody>
            </table>
          </div>
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

const pageOf: Readonly<Record<string, (id: number) => string>> = {
  customer: (id) => `/customers/${id}`,
  series: (id) => `/series/${id}`,
}

function EntryRows({ entry }: { entry: AuditEntry }) {
  const formats = useFormats()
  const [isOpen, setIsOpen] = useState(false)
  const { at, actor, action, subject, reason, address, before, after } = entry
  const page = subject.id === null ? undefined : pageOf[subject.kind]?.(subject.id)
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (name) =>
      before === null || after === null || JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  return (
    <>
      <tr>
        <td>
          <time dateTime={at}>{formats.time(at)}</time>
        </td>
        <td>
          {actor.name ?? actorNames[actor.kind] ?? actor.kind}
          {address && <div className="second">{address}</div>}
        </td>
        <td>{page ? <Link href={page}>{actionWords(action)}</Link> : actionWords(action)}</td>
        <td className="reason">{reason}</td>
        <td className="right">
          {names.length > 0 && (
            <Button
              size="compact-sm"
              variant="default"
              aria-expanded={isOpen}
              onClick={() => setIsOpen(!isOpen)}
            >
              {isOpen ? 'Less' : 'Details'}
            </Button>
          )}
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={5}>
            <dl className="facts">
              {names.map((name) => (
                <Fragment key={name}>
                  <dt>{name}</dt>
                  <dd>
                    {before && <span className="gone">{valueWords(before[name])} → </span>}
                    {valueWords(after?.[name])}
                  </dd>
                </Fragment>
              ))}
              {entry.requestId && (
                <>
                  <dt>Request</dt>
                  <dd className="code">{entry.requestId}</dd>
                </>
              )}
            </dl>
          </td>
        </tr>
      )}
    </>
  )
}

function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
