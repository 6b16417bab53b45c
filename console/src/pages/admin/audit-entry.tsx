import { Button } from '@mantine/core'
import { Fragment, useState } from 'react'
import { Link } from 'wouter'
import type { AuditEntry } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import {
  actionWords,
  actorNames,
  fieldWords,
  logOf,
  pageOf,
  subjectWords,
  valueWords,
} from './audit-words.ts'

interface EntryProps {
  readonly entry: AuditEntry
  /** Names of the things whose ids are among the values, by `kind:id`. */
  readonly names: Readonly<Record<string, string>>
}

/** An audit log entry; its changes are shown on request. */
export function EntryRows({ entry, names }: EntryProps) {
  const formats = useFormats()
  const [isOpen, setIsOpen] = useState(false)
  const { at, actor, subject, reason, address } = entry
  const page = pageOf(subject, entry)
  const who = actor.name ?? actorNames[actor.kind] ?? actor.kind
  const what = subjectWords(entry)
  return (
    <>
      <tr>
        <td>
          <time dateTime={at}>{formats.time(at)}</time>
        </td>
        <td>
          {actor.id === null ? (
            who
          ) : (
            <Link href={logOf({ actor: `${actor.kind}:${actor.id}` })} title={`Everything by ${who}`}>
              {who}
            </Link>
          )}
          {address && <div className="second">{address}</div>}
        </td>
        <td>
          {page ? <Link href={page}>{actionWords(entry)}</Link> : actionWords(entry)}
          <div className="second break">
            {subject.id === null || what === '' ? (
              what
            ) : (
              <Link href={logOf({ subject: `${subject.kind}:${subject.id}` })} title="Everything about it">
                {what}
              </Link>
            )}
          </div>
        </td>
        <td className="reason">{reason}</td>
        <td className="right">
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={isOpen}
            aria-label={`${isOpen ? 'Less' : 'Details'} of ${actionWords(entry)}`}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? 'Less' : 'Details'}
          </Button>
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={5}>
            <Details entry={entry} names={names} />
          </td>
        </tr>
      )}
    </>
  )
}

function Details({ entry: { action, before, after, requestId }, names }: EntryProps) {
  const { time } = useFormats()
  const changed = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  const isReplaced = (name: string): boolean =>
    before !== null && after !== null && JSON.stringify(before[name]) === JSON.stringify(after[name])
  return (
    <dl className="facts">
      {changed.map((name) => (
        <Fragment key={name}>
          <dt>{fieldWords(name)}</dt>
          <dd>
            {isReplaced(name) ? (
              // Of secrets and personal data only that they changed.
              'replaced; neither value is recorded'
            ) : (
              <>
                {before && <span className="gone">{valueWords(before[name], name, { names, time })} → </span>}
                {valueWords(after?.[name], name, { names, time })}
              </>
            )}
          </dd>
        </Fragment>
      ))}
      <dt>Recorded as</dt>
      <dd className="code">{action}</dd>
      {requestId && (
        <>
          <dt>Request</dt>
          <dd className="code">{requestId}</dd>
        </>
      )}
    </dl>
  )
}
