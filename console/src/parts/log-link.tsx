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
  readonly size?: 'xs' | 'compact-sm'
}

/** Leads to the entries of the audit log about a thing; nothing for who may not read the log. */
export function LogLink({ kind, id, of, size = 'compact-sm' }: LogLinkProps) {
  const may = useMay()
  if (!may('audit')) return null
  return (
    <Button
      component={Link}
      href={logOf({ subject: `${kind}:${id}` })}
      size={size}
      variant="default"
      aria-label={`Changes of ${of}`}
    >
      Changes
    </Button>
  )
}
