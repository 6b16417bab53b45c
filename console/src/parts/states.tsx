import { Alert, Button, Skeleton, Stack, Text } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { isOpen } from '../api/action.ts'
import { Refused, Unanswered } from '../api/call.ts'

/** Loading, empty and error states. */

export function Loading({ rows = 4 }: { rows?: number }) {
  return (
    <Stack gap={10} p="md" aria-busy="true" aria-label="Loading" role="status" className="late">
      {Array.from({ length: rows }, (_, at) => (
        <Skeleton key={at} height={14} width={`${90 - ((at * 17) % 45)}%`} />
      ))}
    </Stack>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap={6} py={32} px="md" ta="center">
      <Text fw={600}>{title}</Text>
      {children && (
        <Text component="div" c="dimmed" size="sm" maw={440}>
          {children}
        </Text>
      )}
    </Stack>
  )
}

export const wordsOf = (error: unknown): string =>
  error instanceof Unanswered
    ? 'The server does not answer. Check the connection and try again.'
    : error instanceof Error
      ? error.message
      : 'Something failed'

/** Re-reading failed, but earlier data exists: it stays visible, along with any dialog in front of it. */
export const isStale = (query: { readonly data: unknown; readonly error: unknown }): boolean =>
  query.data !== undefined && isOpen(query.error)

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const requestId = error instanceof Refused && error.status >= 500 ? error.requestId : null
  return (
    <Alert color="red" variant="outline" m="md" title="This could not be shown" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{wordsOf(error)}</Text>
        {requestId && (
          <Text size="xs" c="dimmed">
            Request {requestId}
          </Text>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

export type Tone = 'good' | 'warn' | 'bad' | 'quiet'

export function State({ tone, children, title }: { tone: Tone; children: ReactNode; title?: string }) {
  return (
    <span className="state" data-tone={tone} title={title}>
      {children}
    </span>
  )
}

export function Panel({
  title,
  aside,
  children,
}: {
  title?: ReactNode
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="panel">
      {title && (
        <div className="panel-head">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  )
}

interface PageHeadProps {
  readonly title: ReactNode
  /** The title of the browser tab if the heading is more than a text. */
  readonly name?: string
  readonly lead?: ReactNode
  readonly aside?: ReactNode
}

export function PageHead({ title, name, lead, aside }: PageHeadProps) {
  const shown = name ?? (typeof title === 'string' ? title : undefined)
  useDocumentTitle(shown === undefined ? 'Counterfoil' : `${shown} · Counterfoil`)
  return (
    <div className="page-head">
      <div>
        <h1>{title}</h1>
        {lead && <div className="lead">{lead}</div>}
      </div>
      {aside && <div className="page-tools">{aside}</div>}
    </div>
  )
}
