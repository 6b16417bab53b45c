import { Button } from '@mantine/core'
import { Link } from 'wouter'
import { useMay } from '../api/session.tsx'
import { logOf } from '../pages/admin/audit-words.ts'

interface LogLinkProps {
  /** Such as `till`. */
  readonly kind: string
  readonly id: number
  /** What is named, for screen readers. */
  readonly of: string
}

/** Leads to the entries of the audit log about a thing; nothing for who may not read the log. */
export function LogLink({ kind, id, of }: LogLinkProps) {
  const may = useMay()
  if (!may('audit')) return null
  return (
    <Button
      component={Link}
      href={logOf({ subject: `${kind}:${id}` })}
      size="compact-sm"
      variant="default"
      aria-label={`Changes of ${of}`}
    >
      Changes
    </Button>
  )
}
