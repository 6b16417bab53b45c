import { Button } from '@mantine/core'
import { Fragment, useState } from 'react'
import { Link } from 'wouter'
import type { AuditEntry } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import { actionWords, actorNames, subjectWords, valueWords } from './audit-words.ts'

const pageOf: Readonly<Record<string, (id: number) => string>> = {
  customer: (id) => `/customers/${id}`,
  series: (id) => `/series/${id}`,
}

const isOfSeries: ReadonlySet<string> = new Set(['code-batch', 'upload'])

/** An audit log entry; its changes are shown on request. */
export function EntryRows({ entry }: { entry: AuditEntry }) {
  const formats = useFormats()
  const [isOpen, setIsOpen] = useState(false)
  const { at, actor, action, subject, reason, address, before, after } = entry
  // A batch or an upload is shown on the page of its series.
  const seriesId = after?.['seriesId']
  const page =
    (subject.id === null ? undefined : pageOf[subject.kind]?.(subject.id)) ??
    (isOfSeries.has(subject.kind) && typeof seriesId === 'number' ? `/series/${seriesId}` : undefined)
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
        <td>
          {page ? <Link href={page}>{actionWords(action)}</Link> : actionWords(action)}
          <div className="second break">{subjectWords(entry)}</div>
        </td>
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
